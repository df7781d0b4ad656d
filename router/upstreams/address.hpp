// Socket addresses, and the names behind them. look_up() blocks for as long as the resolver of the system does.
#pragma once
#include "router/config/config.hpp"

#include <sys/socket.h>

#include <string>
#include <vector>

namespace banyan::upstreams {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  bool valid() const { return size != 0; }
};

// The numeric address, "127.0.0.1" or "::1"; empty when it is not valid.
std::string to_string(const SocketAddress& address);

// An address in numbers, without asking anybody; not valid for a name.
SocketAddress literal(const config::Address& address);

struct Found {
  std::vector<SocketAddress> addresses;  // sorted; of one family, IPv4 when there are both
  std::string failure;                   // in words, when there are none
};
Found look_up(const config::Address& address);

// The first of them, or one that is not valid.
SocketAddress resolve(const config::Address& address);

}  // namespace banyan::upstreams
