#include "router/proxy/body_collector.hpp"

#include <algorithm>

namespace banyan::proxy {

void BodyCollector::begin(Stream& from, const http::Framing& framing, std::uint64_t most_bytes) {
  from_ = &from;
  framing_ = framing;
  most_ = most_bytes;
  const bool empty = framing.kind == http::Framing::Kind::none ||
                     (framing.kind == http::Framing::Kind::length && framing.length == 0);
  const bool long_body = framing.kind == http::Framing::Kind::length && framing.length > most_bytes;
  state_ = empty ? State::done : long_body ? State::too_large : State::reading;
}

bool BodyCollector::take(std::string_view data) {
  if (data.size() > most_ - body_.size()) return false;
  body_.append(data);
  return true;
}

BodyCollector::State BodyCollector::take_chunks() {
  auto input = from_->input.view();
  const auto before = input.size();
  auto state = State::reading;
  while (state == State::reading) {
    std::string_view data;
    const auto next = chunks_.next(input, data);
    if (next == http::ChunkedReader::State::failed) state = State::faulty;
    else if (next == http::ChunkedReader::State::finished) state = State::done;
    else if (next == http::ChunkedReader::State::need_more) break;
    else if (!take(data)) state = State::too_large;
  }
  from_->input.consume(before - input.size());
  return state;
}

BodyCollector::State BodyCollector::take_input() {
  if (framing_.kind == http::Framing::Kind::chunked) return take_chunks();
  auto input = from_->input.view();
  const bool counted = framing_.kind == http::Framing::Kind::length;
  if (counted) input = input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(framing_.length - body_.size(), input.size())));
  if (!take(input)) return State::too_large;
  from_->input.consume(input.size());
  return counted && body_.size() == framing_.length ? State::done : State::reading;
}

BodyCollector::State BodyCollector::step() {
  if (state_ != State::reading) return state_;
  state_ = take_input();
  if (state_ != State::reading) return state_;
  if (from_->ended() && from_->input.empty()) {
    const bool complete = framing_.kind == http::Framing::Kind::until_close && from_->ended_cleanly();
    return state_ = complete ? State::done : State::cut;
  }
  from_->start_read();
  return state_;
}

}  // namespace banyan::proxy
