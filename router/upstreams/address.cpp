#include "router/upstreams/address.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace banyan::upstreams {
namespace {

template <class T>
SocketAddress wrap(const T& address) {
  SocketAddress out;
  std::memcpy(&out.storage, &address, sizeof address);
  out.size = sizeof address;
  return out;
}

}  // namespace

std::string to_string(const SocketAddress& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (!address.valid()) return text;
  const void* bytes = address.storage.ss_family == AF_INET
                          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(address.storage).sin_addr)
                          : static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(address.storage).sin6_addr);
  inet_ntop(address.storage.ss_family, bytes, text, sizeof text);
  return text;
}

SocketAddress literal(const config::Address& address) {
  sockaddr_in v4{};
  if (inet_pton(AF_INET, address.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port);
    return wrap(v4);
  }
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET6, address.host.c_str(), &v6.sin6_addr) != 1) return {};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(address.port);
  return wrap(v6);
}

Found look_up(const config::Address& address) {
  Found out;
  if (const auto number = literal(address); number.valid()) {
    out.addresses.push_back(number);
    return out;
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (error != 0) {
    out.failure = gai_strerror(error);
    return out;
  }
  bool v4 = false;
  for (const auto* one = found; one != nullptr; one = one->ai_next) v4 |= one->ai_family == AF_INET;
  for (const auto* one = found; one != nullptr; one = one->ai_next) {
    if (one->ai_family != (v4 ? AF_INET : AF_INET6)) continue;
    SocketAddress next;
    std::memcpy(&next.storage, one->ai_addr, one->ai_addrlen);
    next.size = one->ai_addrlen;
    out.addresses.push_back(next);
  }
  freeaddrinfo(found);
  const auto before = [](const auto& a, const auto& b) { return to_string(a) < to_string(b); };
  const auto same = [](const auto& a, const auto& b) { return to_string(a) == to_string(b); };
  std::sort(out.addresses.begin(), out.addresses.end(), before);
  out.addresses.erase(std::unique(out.addresses.begin(), out.addresses.end(), same), out.addresses.end());
  if (out.addresses.empty()) out.failure = "no address";
  return out;
}

SocketAddress resolve(const config::Address& address) {
  auto found = look_up(address);
  return found.addresses.empty() ? SocketAddress{} : found.addresses.front();
}

}  // namespace banyan::upstreams
