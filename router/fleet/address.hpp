// Where a fleet keeps what it shares: etcd://HOST[:PORT][,HOST[:PORT]...][/PREFIX]. Pure; any thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::fleet {

struct Endpoint {
  std::string host;  // name, IPv4, or IPv6 without brackets
  std::uint16_t port = 2379;
  bool operator==(const Endpoint&) const = default;
};
std::string to_string(const Endpoint& endpoint);

struct Address {
  std::vector<Endpoint> endpoints;  // members of one cluster; the first that answers is used
  std::string prefix = "/banyan";   // of every key; two fleets in one etcd have two
  bool operator==(const Address&) const = default;
};

bool is_address(std::string_view text);  // by its scheme
// Nothing: it is no such address; `why` then says what is wrong.
std::optional<Address> parse_address(std::string_view text, std::string& why);
std::string to_string(const Address& address);

struct Settings {
  Address address;
  std::string router;                      // this router's name in what it writes; empty: made of host and port
  std::chrono::milliseconds relist{5000};  // read everything again so often, in case a watch went silent
  std::chrono::milliseconds timeout{1000};  // of one exchange with etcd
  bool operator==(const Settings&) const = default;
};

}  // namespace banyan::fleet
