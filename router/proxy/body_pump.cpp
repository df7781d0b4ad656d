#include "router/proxy/body_pump.hpp"

#include <algorithm>

namespace banyan::proxy {

struct BodyPump::Piece {
  static constexpr std::size_t most_slices = 24;
  std::array<iovec, most_slices + 4> parts;
  std::size_t count = 2;  // the first two are for the head and a chunk's size
  std::size_t first = 2;
  std::size_t data = 0;
  std::size_t consumed = 0;
  bool last = false;

  void add(std::string_view text) { parts[count++] = {const_cast<char*>(text.data()), text.size()}; }
  bool full() const { return count >= most_slices; }
  void put_front(std::string_view text) { parts[--first] = {const_cast<char*>(text.data()), text.size()}; }
  bool empty() const { return count == first; }
};

void BodyPump::begin(Stream& from, Stream& to, const http::Framing& framing, bool chunked_out, std::string_view head) {
  const auto most = most_bytes_;
  auto* copy = copy_;
  const auto copy_most = copy_most_;
  reset();
  most_bytes_ = most;
  if (copy != nullptr) copy_into(copy, copy_most);
  from_ = &from;
  to_ = &to;
  framing_ = framing;
  chunked_out_ = chunked_out;
  head_ = head;
  remaining_ = framing.length;
  if (framing.kind == http::Framing::Kind::none) source_done_ = true;
  if (framing.kind == http::Framing::Kind::length && framing.length == 0) source_done_ = true;
}

void BodyPump::add_data(Piece& piece, std::string_view data) {
  piece.add(data);
  piece.data += data.size();
  if (copy_ == nullptr || !copy_complete_) return;
  if (copy_->size() + data.size() > copy_most_) copy_complete_ = false;
  else copy_->append(data);
}

bool BodyPump::collect_chunked(Piece& piece) {
  auto input = from_->input.view();
  const auto before = input.size();
  while (!piece.full()) {
    std::string_view data;
    const auto state = chunks_.next(input, data);
    if (state == http::ChunkedReader::State::failed) return false;
    if (state == http::ChunkedReader::State::data) add_data(piece, data);
    if (state == http::ChunkedReader::State::finished) piece.last = true;
    if (state != http::ChunkedReader::State::data) break;
  }
  piece.consumed = before - input.size();
  return true;
}

bool BodyPump::collect(Piece& piece) {
  if (source_done_) {
    piece.last = true;
    return true;
  }
  if (framing_.kind == http::Framing::Kind::chunked) return collect_chunked(piece);
  auto input = from_->input.view();
  if (framing_.kind == http::Framing::Kind::length) {
    input = input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size())));
    remaining_ -= input.size();
    piece.last = remaining_ == 0;
  }
  piece.consumed = input.size();
  if (!input.empty()) add_data(piece, input);
  return true;
}

void BodyPump::frame(Piece& piece) {
  if (chunked_out_ && piece.data > 0) {
    piece.put_front(http::chunk_size_line(piece.data, size_line_));
    piece.add(http::chunk_end);
  }
  if (chunked_out_ && piece.last && !source_done_) piece.add(http::last_chunk);
  if (!head_.empty()) piece.put_front(head_);
}

// The source has ended and its bytes are used up: is that the end of the message?
BodyPump::State BodyPump::finish_source() {
  if (framing_.kind != http::Framing::Kind::until_close || !from_->ended_cleanly()) return settle(State::source_cut);
  source_done_ = true;
  if (!chunked_out_) return settle(State::finished);
  const iovec part{const_cast<char*>(http::last_chunk.data()), http::last_chunk.size()};
  const auto sent = to_->send({&part, 1});
  if (sent == Stream::Sent::failed) return settle(State::sink_failed);
  return settle(sent == Stream::Sent::all ? State::finished : State::moving);
}

void BodyPump::consume(std::size_t n) {
  auto& input = from_->input;
  const bool full = input.tail().empty();
  input.consume(n);
  if (full && input.empty() && !source_done_ && !from_->reading() && input.capacity() < body_buffer) input.replace(body_buffer);
}

BodyPump::State BodyPump::step() {
  if (state_ != State::moving) return state_;
  if (to_->write_failed()) return settle(State::sink_failed);
  for (;;) {
    if (to_->writing()) {
      if (!source_done_) from_->start_read();
      return state_;
    }
    consume(std::exchange(to_consume_, 0));
    if (source_done_ && head_.empty()) return settle(State::finished);
    Piece piece;
    if (!collect(piece)) return settle(State::source_faulty);
    body_bytes_ += piece.data;
    if (most_bytes_ != 0 && body_bytes_ > most_bytes_) return settle(State::too_large);
    frame(piece);
    if (piece.empty()) {
      consume(piece.consumed);
      if (piece.last) return settle(State::finished);
      if (from_->ended() && from_->input.empty()) return finish_source();
      from_->start_read();
      return state_;
    }
    to_consume_ = piece.consumed;
    source_done_ |= piece.last;
    head_ = {};
    const auto sent = to_->send({piece.parts.data() + piece.first, piece.count - piece.first});
    if (sent == Stream::Sent::failed) return settle(State::sink_failed);
  }
}

}  // namespace banyan::proxy
