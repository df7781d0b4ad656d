// Moves one message from one connection to another: a head first, then its body in pieces, re-framed on the way.
// Memory is bounded by the source's buffer; a slow sink stops the reading. Never waits: step() does what can be done
// now, the caller comes back when one of the connections reports something. One thread.
#pragma once
#include "router/http/chunked.hpp"
#include "router/http/framing.hpp"
#include "router/proxy/stream.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace banyan::proxy {

// What a source gets once it has filled a smaller buffer: at 256 KiB a body, a third less CPU than 16 KiB.
inline constexpr std::size_t body_buffer = 64 * 1024;

class BodyPump {
 public:
  enum class State { moving, finished, source_cut, source_faulty, too_large, sink_failed };

  // `head` goes first and must stay until it has been written. Chunked bodies leave chunked unless `raw_out`.
  void begin(Stream& from, Stream& to, const http::Framing& framing, bool chunked_out, std::string_view head);
  void limit(std::uint64_t most_bytes) { most_bytes_ = most_bytes; }   // 0: none
  // Collects a copy of the body, up to `most` bytes; see copy_complete().
  void copy_into(std::string* copy, std::size_t most) { copy_ = copy, copy_most_ = most, copy_complete_ = true; }

  State step();
  State state() const { return state_; }

  bool active() const { return from_ != nullptr; }
  bool started() const { return head_.empty() && active(); }
  bool source_done() const { return source_done_; }
  bool waits_for_source() const { return state_ == State::moving && !to_->writing(); }
  std::uint64_t body_bytes() const { return body_bytes_; }
  bool copy_complete() const { return copy_complete_; }
  void reset() { *this = BodyPump{}; }

 private:
  struct Piece;
  bool collect(Piece& piece);
  bool collect_chunked(Piece& piece);
  void add_data(Piece& piece, std::string_view data);
  void frame(Piece& piece);
  void consume(std::size_t n);
  State finish_source();
  State settle(State state) { return state_ = state; }

  Stream* from_ = nullptr;
  Stream* to_ = nullptr;
  std::string_view head_;
  http::Framing framing_;
  http::ChunkedReader chunks_;
  std::uint64_t remaining_ = 0;
  std::uint64_t body_bytes_ = 0;
  std::uint64_t most_bytes_ = 0;
  std::size_t to_consume_ = 0;
  std::array<char, 20> size_line_{};
  std::string* copy_ = nullptr;
  std::size_t copy_most_ = 0;
  State state_ = State::moving;
  bool chunked_out_ = false;
  bool source_done_ = false;
  bool copy_complete_ = false;
};

}  // namespace banyan::proxy
