// An answer read at once and byte by byte is the same answer.
#include "extracted_services/client/response_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using banyan::client::ResponseReader;
using State = ResponseReader::State;

State read(ResponseReader& reader, std::string_view bytes, std::size_t piece) {
  auto state = State::need_more;
  for (; !bytes.empty() && state == State::need_more; bytes.remove_prefix(std::min(piece, bytes.size())))
    state = reader.feed(bytes.substr(0, piece));
  return state == State::need_more ? reader.end_of_stream() : state;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ResponseReader whole("GET", 1000), slow("GET", 1000);
  const auto at_once = read(whole, bytes, bytes.size() + 1), in_bytes = read(slow, bytes, 1);
  if (at_once != in_bytes) std::abort();
  if (at_once != State::complete) return 0;
  if (whole.answer().status != slow.answer().status || whole.answer().body != slow.answer().body) std::abort();
  if (whole.answer().body.size() > 1000) std::abort();
  return 0;
}
