// One request and its answer on one connection, until a deadline. Used by Client only.
#pragma once
#include "extracted_services/client/answer.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <memory>

namespace banyan::client {

using Socket = boost::asio::ip::tcp::socket;
using Deadline = std::chrono::steady_clock::time_point;

struct Exchanged {
  Result result;
  bool reusable = false;  // the connection may carry the next call
  bool stale = false;     // a reused connection ended before a single byte: the peer had closed it
};

// The bytes of the request: a head with Host and Content-Length, then the body.
std::string request_text(const Call& call, std::string_view host, std::uint16_t port);

// `socket` is closed when the deadline passes, which ends whatever it waits for.
boost::asio::awaitable<Exchanged> exchange(std::shared_ptr<Socket> socket,
                                           boost::asio::ip::tcp::endpoint peer, const Call& call,
                                           std::string request, std::size_t most_body, Deadline deadline);

}  // namespace banyan::client
