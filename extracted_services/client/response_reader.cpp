#include "extracted_services/client/response_reader.hpp"

#include "extracted_services/integrity/content_digest.hpp"
#include "router/http/characters.hpp"

#include <stdexcept>

namespace banyan::client {
namespace {
const http::HeadLimits limits;
}

std::optional<std::string_view> Answer::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (http::iequals(key, name)) return value;
  return std::nullopt;
}

std::string_view to_word(Failure failure) {
  switch (failure) {
    case Failure::refused:
      return "refused";
    case Failure::timeout:
      return "timeout";
    case Failure::cut:
      return "cut";
    case Failure::malformed:
      return "malformed";
    case Failure::circuit_open:
      return "circuit_open";
    case Failure::full:
      break;
  }
  return "full";
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  throw std::logic_error(error.text + " not looked at, line " + std::to_string(where.line()));
}

bool may_be_repeated(const Call& call) {
  if (call.method != "POST" && call.method != "PATCH") return true;
  for (const auto& [name, value] : call.headers)
    if (http::iequals(name, "Idempotency-Key")) return true;
  return false;
}

ResponseReader::State ResponseReader::feed(std::string_view bytes) {
  begun_ = begun_ || !bytes.empty();
  buffer_ += bytes;
  return phase_ == Phase::head ? read_head() : read_body();
}

ResponseReader::State ResponseReader::end_of_stream() {
  if (phase_ != Phase::body_until_close) return fail("the connection ended in mid-answer");
  keep_alive_ = false;
  return finished();
}

ResponseReader::State ResponseReader::read_head() {
  const auto state = scan_.feed(buffer_, limits);
  if (state == http::HeadScan::State::failed) return fail(http::describe(scan_.error()));
  if (state == http::HeadScan::State::need_more) return State::need_more;
  http::ResponseHead head;
  const std::string_view text = std::string_view(buffer_).substr(scan_.skipped(), scan_.size() - scan_.skipped());
  if (const auto error = http::parse_response(text, method_, limits, head); error != http::Errc::ok)
    return fail(http::describe(error));
  answer_.status = head.status;
  answer_.headers.clear();
  for (const auto& field : head.fields) answer_.headers.emplace_back(field.name, field.value);
  const auto framing = head.framing;
  const bool interim = head.interim();
  keep_alive_ = head.keep_alive;
  buffer_.erase(0, scan_.size());
  scan_.reset();
  if (interim) return read_head();
  using Kind = http::Framing::Kind;
  if (framing.kind == Kind::none) return finished();
  if (framing.kind == Kind::length && framing.length > most_) return fail("the answer is too large");
  length_ = static_cast<std::size_t>(framing.length);
  phase_ = framing.kind == Kind::length    ? Phase::body_by_length
           : framing.kind == Kind::chunked ? Phase::body_by_chunks
                                           : Phase::body_until_close;
  return read_body();
}

ResponseReader::State ResponseReader::read_body() {
  if (phase_ == Phase::body_by_chunks) return read_chunks();
  if (phase_ == Phase::body_until_close) {
    answer_.body += buffer_;
    buffer_.clear();
    return answer_.body.size() > most_ ? fail("the answer is too large") : State::need_more;
  }
  if (buffer_.size() < length_) return State::need_more;
  answer_.body = buffer_.substr(0, length_);
  buffer_.erase(0, length_);
  return finished();
}

ResponseReader::State ResponseReader::read_chunks() {
  std::string_view rest = buffer_;
  auto state = http::ChunkedReader::State::need_more;
  do {
    std::string_view slice;
    state = chunks_.next(rest, slice);
    if (state == http::ChunkedReader::State::data) answer_.body += slice;
    if (answer_.body.size() > most_) return fail("the answer is too large");
  } while (state == http::ChunkedReader::State::data);
  buffer_.erase(0, buffer_.size() - rest.size());
  if (state == http::ChunkedReader::State::failed) return fail(http::describe(chunks_.error()));
  return state == http::ChunkedReader::State::finished ? finished() : State::need_more;
}

ResponseReader::State ResponseReader::fail(std::string_view why) {
  error_ = why;
  keep_alive_ = false;
  return State::failed;
}

ResponseReader::State ResponseReader::finished() {
  if (phase_ != Phase::head)  // else there is no body
    for (const auto& [name, value] : answer_.headers)
      if (http::iequals(name, integrity::digest_field) && integrity::compare(value, answer_.body) == integrity::Match::different)
        return fail("the body is not the one its digest names");
  phase_ = Phase::done;
  return State::complete;
}

}  // namespace banyan::client
