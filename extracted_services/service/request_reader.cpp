#include "extracted_services/service/request_reader.hpp"

#include "extracted_services/integrity/content_digest.hpp"

#include <utility>

namespace banyan::service {

RequestReader::State RequestReader::feed(std::string_view bytes) {
  buffer_ += bytes;
  if (phase_ == Phase::head) return read_head();
  return phase_ == Phase::body_by_length ? read_by_length() : read_by_chunks();
}

Request RequestReader::take() {
  phase_ = Phase::head;
  scan_.reset();
  chunks_.reset();
  continue_due_ = false;
  return std::exchange(request_, {});
}

bool RequestReader::wants_continue() { return std::exchange(continue_due_, false); }

RequestReader::State RequestReader::read_head() {
  const http::HeadLimits head_limits{.head = limits_.head};
  const auto scanned = scan_.feed(buffer_, head_limits);
  if (scanned == http::HeadScan::State::need_more) return State::need_more;
  if (scanned == http::HeadScan::State::failed) return fail(scan_.error());
  const auto text = std::string_view(buffer_).substr(scan_.skipped(), scan_.size() - scan_.skipped());
  head_.clear();
  if (const auto error = http::parse_request(text, head_limits, head_); error != http::Errc::ok)
    return fail(error);
  request_.method = head_.method;
  request_.target = head_.outbound;
  for (const auto& field : head_.fields) request_.headers.emplace_back(field.name, field.value);
  keep_alive_ = head_.keep_alive;
  minor_ = head_.minor;
  const auto framing = head_.framing;
  const bool expects_continue = head_.expects_continue;
  buffer_.erase(0, scan_.size());
  if (framing.kind == http::Framing::Kind::chunked) {
    phase_ = Phase::body_by_chunks;
  } else {
    phase_ = Phase::body_by_length;
    if (framing.length > limits_.body) return too_large();
    body_size_ = framing.kind == http::Framing::Kind::length ? static_cast<std::size_t>(framing.length) : 0;
  }
  const auto state = feed({});
  continue_due_ = expects_continue && state == State::need_more && buffer_.empty();
  return state;
}

RequestReader::State RequestReader::read_by_length() {
  if (buffer_.size() < body_size_) return State::need_more;
  request_.body = buffer_.substr(0, body_size_);
  buffer_.erase(0, body_size_);
  return finished();
}

RequestReader::State RequestReader::read_by_chunks() {
  std::string_view rest = buffer_;
  std::string_view slice;
  auto state = chunks_.next(rest, slice);
  for (; state == http::ChunkedReader::State::data; state = chunks_.next(rest, slice)) {
    if (request_.body.size() + slice.size() > limits_.body) return too_large();
    request_.body += slice;
  }
  buffer_.erase(0, buffer_.size() - rest.size());
  if (state == http::ChunkedReader::State::failed) return fail(chunks_.error());
  return state == http::ChunkedReader::State::finished ? finished() : State::need_more;
}

// 408, not 400: what the client said is not known, and it may say it again (RFC 9110 15.5.9).
RequestReader::State RequestReader::finished() {
  for (const auto& [name, value] : request_.headers) {
    if (!same_letters(name, integrity::digest_field)) continue;
    if (integrity::compare(value, request_.body) != integrity::Match::different) continue;
    fault_ = {408, "damaged", "the body is not the one that Content-Digest names", {}, "send it again"};
    return State::failed;
  }
  return State::complete;
}

RequestReader::State RequestReader::fail(http::Errc error) {
  const int status = http::client_status(error);
  fault_ = {status,
            status == 400 ? "bad_request" : std::string(http::to_word(error)),
            "malformed request",
            {},
            std::string(http::describe(error))};
  return State::failed;
}

RequestReader::State RequestReader::too_large() {
  const auto mib = std::to_string(limits_.body / (1024 * 1024));
  fault_ = {413, "too_large", "the body is larger than " + mib + " MiB"};
  return State::failed;
}

}  // namespace banyan::service
