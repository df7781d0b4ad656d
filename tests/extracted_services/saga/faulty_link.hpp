// A TCP relay that cuts, stalls, delays and slices what passes through it, as its seed says: the network
// between two real processes. On request it also damages: a flipped bit in a body, or a head that is no HTTP
// any more in front of an answer without one. (Other bits of a head it leaves alone: nothing in HTTP without TLS could
// tell.)
#pragma once
#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

namespace banyan::services_test {

class FaultyLink {
 public:
  FaultyLink(std::uint16_t to, unsigned seed, bool damages = false);
  FaultyLink(const FaultyLink&) = delete;
  FaultyLink& operator=(const FaultyLink&) = delete;
  ~FaultyLink();

  std::uint16_t port() const { return port_; }
  void calm() { calm_ = true; }  // from now on everything passes
  int faults() const { return faults_; }
  int damaged() const { return damaged_; }  // of those, flipped bits

 private:
  enum class Fate { pass, cut, stall, delay, slice, damage };

  void accept_all();
  void relay(int client);
  bool pass(int from, int to, bool is_answer);
  Fate roll();
  void damage(char* bytes, std::size_t size, bool is_answer);
  int open(int fd);

  const std::uint16_t to_;
  const bool damages_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::mutex mutex_;  // of dice and descriptors
  std::mt19937 dice_;
  std::vector<int> open_;
  std::atomic<bool> calm_{false}, stopping_{false};
  std::atomic<int> faults_{0}, damaged_{0};
  struct Connection {
    std::atomic<bool> ended{false};
    std::thread thread;
  };
  std::list<Connection> connections_;  // of the acceptor's thread
  std::thread acceptor_;
};

}  // namespace banyan::services_test
