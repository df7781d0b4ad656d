// A TCP relay that cuts, stalls, delays and slices what passes through it, as its seed says: the network
// between two real processes.
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
  FaultyLink(std::uint16_t to, unsigned seed);
  FaultyLink(const FaultyLink&) = delete;
  FaultyLink& operator=(const FaultyLink&) = delete;
  ~FaultyLink();

  std::uint16_t port() const { return port_; }
  void calm() { calm_ = true; }  // from now on everything passes
  int faults() const { return faults_; }

 private:
  enum class Fate { pass, cut, stall, delay, slice };

  void accept_all();
  void relay(int client);
  bool pass(int from, int to);
  Fate roll();
  int open(int fd);

  const std::uint16_t to_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::mutex mutex_;  // of dice and descriptors
  std::mt19937 dice_;
  std::vector<int> open_;
  std::atomic<bool> calm_{false}, stopping_{false};
  std::atomic<int> faults_{0};
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace banyan::services_test
