// Bytes of a connection -> one whole answer; head and framing are judged by router/http, the guard that the
// router and the services' server use too. Bytes in, states out: no sockets, no clock. One object per
// exchange.
#pragma once
#include "extracted_services/client/answer.hpp"
#include "router/http/chunked.hpp"
#include "router/http/response.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace banyan::client {

class ResponseReader {
 public:
  enum class State { need_more, complete, failed };

  ResponseReader(std::string method, std::size_t most_body) : method_(std::move(method)), most_(most_body) {}

  State feed(std::string_view bytes);
  State end_of_stream();  // the peer has closed its side

  Answer& answer() { return answer_; }
  bool keep_alive() const { return keep_alive_ && buffer_.empty(); }
  bool begun() const { return begun_; }  // at least one byte came
  const std::string& error() const { return error_; }

 private:
  enum class Phase { head, body_by_length, body_by_chunks, body_until_close, done };

  State read_head();
  State read_body();
  State read_chunks();
  State fail(std::string_view why);
  State finished();

  std::string method_;
  std::size_t most_;
  Phase phase_ = Phase::head;
  std::string buffer_;
  http::HeadScan scan_;
  http::ChunkedReader chunks_;
  std::size_t length_ = 0;
  Answer answer_;
  bool keep_alive_ = true;
  bool begun_ = false;
  std::string error_;
};

}  // namespace banyan::client
