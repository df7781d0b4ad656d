#include "router/proxy/answer_reader.hpp"

#include "router/http/characters.hpp"

namespace banyan::proxy {

void AnswerReader::feed(std::string_view bytes) {
  if (done_) return;
  pending_.append(bytes);
  if (!head_done_) read_heads();
  if (head_done_ && !done_) read_body();
}

void AnswerReader::read_heads() {
  while (!head_done_ && !done_) {
    const auto state = scan_.feed(pending_, {});
    if (state == http::HeadScan::State::need_more) return;
    if (state == http::HeadScan::State::failed) return fail(http::describe(scan_.error()));
    const auto size = scan_.size();
    take_head(std::string_view(pending_).substr(0, size));
    pending_.erase(0, size);
    scan_.reset();
  }
}

void AnswerReader::take_head(std::string_view head) {
  http::ResponseHead response;
  if (const auto error = http::parse_response(head, method_, {}, response); error != http::Errc::ok)
    return fail(http::describe(error));
  if (response.interim()) return;
  if (response.status == 101) return fail("the answer switches protocols");
  status_ = response.status;
  framing_ = response.framing;
  keep_alive_ = response.keep_alive;
  for (const auto& field : response.fields) headers_.append(field.name).append(1, '\0').append(field.value).append(1, '\0');
  for (const auto& field : response.fields)
    if (http::iequals(field.name, "content-type")) content_type_ = field.value;
  head_done_ = true;
}

void AnswerReader::read_body() {
  std::string_view input = pending_;
  if (framing_.kind == http::Framing::Kind::chunked) {
    std::string_view data;
    auto state = chunks_.next(input, data);
    for (; state == http::ChunkedReader::State::data; state = chunks_.next(input, data)) body_.append(data);
    if (state == http::ChunkedReader::State::failed) return fail("the answer's chunked body is malformed");
    done_ = state == http::ChunkedReader::State::finished;
    reusable_ = done_ && keep_alive_ && input.empty();
  } else {
    body_.append(input);
    done_ = framing_.kind == http::Framing::Kind::none ||
            (framing_.kind == http::Framing::Kind::length && body_.size() >= framing_.length);
    // Bytes beyond the end belong to no request.
    reusable_ = done_ && keep_alive_ && body_.size() == (framing_.kind == http::Framing::Kind::none ? 0 : framing_.length);
    if (done_) body_.resize(std::min<std::size_t>(body_.size(), framing_.length));
  }
  pending_.clear();
  if (body_.size() > most_) fail("the answer is too large");
}

void AnswerReader::finish() {
  if (done_) return;
  if (!head_done_ || framing_.kind != http::Framing::Kind::until_close) return fail("the answer was cut");
  done_ = true;
}

}  // namespace banyan::proxy
