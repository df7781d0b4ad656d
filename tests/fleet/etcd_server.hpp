// A real etcd with a folder of its own, on the loopback. One owner.
#pragma once
#include "tests/support/process.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace banyan::fleet {

// Where Debian's program is; empty: it could not be had, and a line that nobody overlooks has been printed.
std::string etcd_program();

class EtcdServer {
 public:
  explicit EtcdServer(std::filesystem::path folder);

  void start();        // on the port of before, with the data of before
  void kill_hard();
  void lose_data();    // between kill_hard() and start()
  std::uint16_t port() const { return port_; }

  // One request of the gateway; the body of its answer. Throws when it is not a 200.
  std::string post(const std::string& target, const std::string& body) const;
  void compact(std::int64_t revision) const;

 private:
  std::filesystem::path folder_;
  std::uint16_t port_ = 0;
  int starts_ = 0;
  std::unique_ptr<support::Process> process_;
};

}  // namespace banyan::fleet
