// Bytes of a connection -> whole requests, one after another. The head and its framing are judged by
// router/http, the same guard the router uses, so that the two can never disagree about where a request ends.
// No sockets, no clock: bytes in, states out. One object per connection, used by one thread.
#pragma once
#include "extracted_services/service/fault.hpp"
#include "extracted_services/service/message.hpp"
#include "router/http/chunked.hpp"
#include "router/http/request.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace banyan::service {

struct ReadLimits {
  std::size_t head = 32 * 1024;
  std::size_t body = 1024 * 1024;
};

class RequestReader {
 public:
  enum class State { need_more, complete, failed };

  explicit RequestReader(ReadLimits limits) : limits_(limits) {}

  // Goes on with what is buffered plus `bytes`.
  State feed(std::string_view bytes);
  // After complete: the request. The reader then stands at the next one; feed({}) looks whether it is here
  // already.
  Request take();

  // Nothing of a next request has arrived: closing now loses nothing.
  bool idle() const { return phase_ == Phase::head && buffer_.empty(); }
  // The client waits for "100 Continue" before it sends the body. Says so once per request.
  bool wants_continue();
  bool keep_alive() const { return keep_alive_; }
  int minor_version() const { return minor_; }
  const Fault& fault() const { return fault_; }
  const Request& request() const { return request_; }  // as far as it was understood, also after failed

 private:
  enum class Phase { head, body_by_length, body_by_chunks };

  State read_head();
  State read_by_length();
  State read_by_chunks();
  State finished();
  State fail(http::Errc error);
  State too_large();

  ReadLimits limits_;
  Phase phase_ = Phase::head;
  std::string buffer_;
  Request request_;
  http::HeadScan scan_;
  http::RequestHead head_;
  http::ChunkedReader chunks_;
  std::size_t body_size_ = 0;
  bool continue_due_ = false;
  bool keep_alive_ = true;
  int minor_ = 1;
  Fault fault_;
};

}  // namespace banyan::service
