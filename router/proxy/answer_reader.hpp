// Collects one whole answer, up to a size, for comparison; the same guard as on the relay path reads it.
// No I/O; one owner.
#pragma once
#include "router/http/chunked.hpp"
#include "router/http/response.hpp"

#include <string>
#include <string_view>

namespace banyan::proxy {

class AnswerReader {
 public:
  AnswerReader(std::string method, std::size_t most_bytes) : method_(std::move(method)), most_(most_bytes) {}

  void feed(std::string_view bytes);
  void finish();  // the peer has ended
  bool done() const { return done_; }
  std::string_view failure() const { return failure_; }

  int status() const { return status_; }
  const std::string& content_type() const { return content_type_; }
  const std::string& headers() const { return headers_; }  // name '\0' value '\0' ...
  const std::string& body() const { return body_; }
  bool reusable() const { return reusable_; }  // the connection, once done() without failure

 private:
  void read_heads();
  void take_head(std::string_view head);
  void read_body();
  void fail(std::string_view why) { failure_ = why, done_ = true; }

  std::string method_;
  std::size_t most_;
  std::string pending_;
  http::HeadScan scan_;
  http::Framing framing_;
  http::ChunkedReader chunks_;
  std::string content_type_;
  std::string headers_;
  std::string body_;
  std::string_view failure_;
  int status_ = 0;
  bool keep_alive_ = false;
  bool reusable_ = false;
  bool head_done_ = false;
  bool done_ = false;
};

}  // namespace banyan::proxy
