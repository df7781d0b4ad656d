// The chunked reader reads the same body whether the bytes come at once or one by one.
#include "router/http/chunked.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace banyan::http;

namespace {

struct Read {
  ChunkedReader::State state = ChunkedReader::State::need_more;
  std::string body;
  std::size_t used = 0;
};

Read read(std::string_view text, std::size_t piece_size) {
  ChunkedReader reader;
  Read out;
  while (out.used < text.size() && out.state == ChunkedReader::State::need_more) {
    auto piece = text.substr(out.used, piece_size);
    const auto before = piece.size();
    std::string_view slice;
    while ((out.state = reader.next(piece, slice)) == ChunkedReader::State::data) out.body += slice;
    out.used += before - piece.size();
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = read(bytes, size == 0 ? 1 : size);
  const auto single = read(bytes, 1);
  if (whole.state != single.state || whole.body != single.body || whole.used != single.used) std::abort();
  return 0;
}
