// Takes one body off a connection into memory, up to a size; for bodies that must be read as a whole. Never waits:
// step() does what can be done now. One thread.
#pragma once
#include "router/http/chunked.hpp"
#include "router/http/framing.hpp"
#include "router/proxy/stream.hpp"

#include <cstddef>
#include <string>

namespace banyan::proxy {

class BodyCollector {
 public:
  enum class State { reading, done, cut, faulty, too_large };

  void begin(Stream& from, const http::Framing& framing, std::uint64_t most_bytes);
  State step();
  State state() const { return state_; }
  std::string& body() { return body_; }

 private:
  bool take(std::string_view data);
  State take_input();
  State take_chunks();

  Stream* from_ = nullptr;
  http::Framing framing_;
  http::ChunkedReader chunks_;
  std::uint64_t most_ = 0;
  std::string body_;
  State state_ = State::reading;
};

}  // namespace banyan::proxy
