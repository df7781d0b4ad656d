// Four services in one process: the orders' saga engine, inventory, payments and the bank, each with its real
// code and its real SQLite file, joined by a simulated network and a simulated clock. Requests and answers
// get lost, late and doubled; a service may lose its memory between two transactions. Everything follows from
// the seed.
#pragma once
#include "extracted_services/courier/work.hpp"
#include "extracted_services/saga/engine.hpp"
#include "extracted_services/service/api.hpp"
#include "extracted_services/store/migrations.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace banyan::saga_test {

using courier::Millis;

struct Weather {  // in percent of all messages
  unsigned lose_request = 0;
  unsigned lose_answer = 0;
  unsigned late = 0;  // up to `latest`
  unsigned twice = 0;
  unsigned crash = 0;  // of a caller, at every event
  Millis latest = 6000;
  Millis until = 1'000'000'000;  // since the beginning; calm after that
};

struct Order {
  int quantity = 1;
  std::string token = "tok_visa";
};

// Short times, so that late messages overtake time-outs.
std::string_view test_definition();

class World {
 public:
  // Files that are there already are gone on with.
  World(const std::filesystem::path& folder, std::uint64_t seed, Weather weather,
        std::string_view definition = test_definition());

  // Whether a service has died: asked after every transaction that failed, answered by throwing Died.
  struct Died {};
  void watch(std::function<bool()> died) { died_ = std::move(died); }
  void set_now(Millis now) { now_ = now; }

  std::int64_t place(const Order& order);
  // Until nothing is under way and nothing is due; false: it does not come to an end.
  bool run();
  // What does not add up, in words; empty: all is well.
  std::vector<std::string> violations();
  store::Connection& orders() { return *orders_.db; }
  saga::Engine& engine() { return *engine_; }
  Millis now() const { return now_; }
  void load_engine(std::string_view definition);

  // One product, `units` on hand.
  static constexpr int units = 1000;

 private:
  struct Node {
    std::unique_ptr<store::Connection> db;
    std::unique_ptr<service::Api> api;
  };
  struct Caller {
    std::string name;
    Node* node = nullptr;
    courier::Work* work = nullptr;
    std::set<std::string> under_way;
    int life = 0;  // answers to a former life are lost
  };
  struct Letter {
    Millis at = 0;
    std::uint64_t order = 0;
    bool is_answer = false;
    Caller* caller = nullptr;
    int life = 0;
    courier::Parcel parcel;
    client::Result result{};
  };

  void open(Node& node, const std::filesystem::path& file, const std::string& owner,
            const std::vector<store::Migration>& migrations);
  bool chance(unsigned percent) {
    return percent > 0 && now_ < beginning + weather_.until && random_() % 100 < percent;
  }
  void pump(Caller& caller, const Letter* answer);
  void send(Caller& caller, const courier::Parcel& parcel);
  void post(Letter letter, Millis delay);
  std::vector<Letter>::iterator first_letter();
  void arrive(const Letter& letter);
  client::Answer serve(Node& node, const client::Call& call);
  void crash(Caller& caller);
  void check_commands();
  template <class Act>
  void in_transaction(store::Connection& db, Act act);
  std::int64_t number(Node& node, const std::string& sql);

  static constexpr Millis beginning = 1'000'000;
  Millis now_ = beginning;
  std::uint64_t posted_ = 0;
  std::mt19937_64 random_;
  Weather weather_;
  Node orders_, inventory_, payments_, bank_;
  std::unique_ptr<saga::Engine> engine_;
  std::unique_ptr<courier::Work> bank_calls_;
  Caller orders_caller_, payments_caller_;
  std::vector<Letter> letters_;
  std::vector<std::string> seen_;  // violations seen on the way
  std::function<bool()> died_;
};

// A folder in memory where the system has one: fsync costs nothing there.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace banyan::saga_test
