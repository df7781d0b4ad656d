#include "tests/demo/story.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "tests/demo/access_log.hpp"
#include "tests/support/http_client.hpp"

namespace banyan::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

const std::string cutover = "inventory-read";
constexpr int callers = 400;

std::string number(std::uint64_t value) { return std::to_string(value); }

void tell_lines(const Narrator& narrator, const std::string& text, std::size_t most = 12) {
  std::istringstream lines(text);
  std::string line;
  for (std::size_t n = 0; n < most && std::getline(lines, line); ++n) narrator.detail(line);
}

void tell_command(const Narrator& narrator, const std::vector<std::string>& arguments) {
  std::string shown = "$ banyan-router";
  for (const auto& argument : arguments) shown += argument.find(' ') == std::string::npos ? " " + argument : " '" + argument + "'";
  narrator.tell(shown);
}

// Runs a verb of banyan-router and shows the command with its answer, as a person would see it.
void command(const World& world, const Narrator& narrator, const std::vector<std::string>& arguments) {
  tell_command(narrator, arguments);
  tell_lines(narrator, world.router(arguments));
}

// The same where the answer is expected to be "no" (exit code 1).
bool refused(const World& world, const Narrator& narrator, const std::vector<std::string>& arguments, std::size_t most = 6) {
  tell_command(narrator, arguments);
  const auto output = world.try_router(arguments);
  tell_lines(narrator, output.out + output.err, most);
  return output.exit_code == 1;
}

boost::json::object cutover_now(const World& world) {
  support::HttpClient admin(world.admin_address());
  const auto status = boost::json::parse(admin.get("/api/v1/cutovers").body);
  for (const auto& entry : status.as_array())
    if (entry.at("name").as_string() == cutover) return entry.as_object();
  throw std::runtime_error("the router does not know " + cutover);
}

// Promotes as soon as the gates have seen enough; what is missing at first is shown.
void promote_when_ready(const World& world, const Narrator& narrator, const std::string& why) {
  const auto now = cutover_now(world);
  for (const auto& block : now.at("blocks").as_array()) narrator.tell("Not yet: " + std::string(block.as_string()));
  const auto ready = [&] { return cutover_now(world).at("ready").as_bool(); };
  if (!support::eventually(ready, std::chrono::seconds(120))) throw std::runtime_error("the gates never had enough");
  command(world, narrator, {"promote", cutover, "--why", why});
}

void wait_for_requests(const Load& load, std::uint64_t wanted) {
  if (!support::eventually([&] { return load.current().requests >= wanted; }, std::chrono::seconds(60))) {
    throw std::runtime_error("the load came to a stop: " + load.current().first_failure);
  }
}

std::uint64_t metric(const World& world, const std::string& series) {
  support::HttpClient admin(world.admin_address());
  std::istringstream text(admin.get("/metrics").body);
  double sum = 0;
  for (std::string line; std::getline(text, line);) {
    if (line.rfind(series, 0) == 0) sum += std::stod(line.substr(line.rfind(' ') + 1));
  }
  return static_cast<std::uint64_t>(sum);
}

std::string shadow_series(const std::string& result) {
  return "banyan_router_shadow_total{cutover=\"" + cutover + "\",result=\"" + result + "\"}";
}

std::string stage_now(const World& world) {
  return std::string(cutover_now(world).at("state").at("text").as_string());
}

void no_failures(Narrator& narrator, const std::string& name, const PhaseCount& count) {
  narrator.check(name, count.failed == 0 && count.requests > 0,
                 number(count.failed) + " of " + number(count.requests) + " requests failed" +
                     (count.failed > 0 ? " (" + count.first_failure + ")" : ""));
}

std::size_t log_length(const World& world) { return read_access_log(world.file("access.log")).size(); }

// The access log is written asynchronously: wait until it holds what the load has finished.
std::vector<Answered> settled_log(const World& world) {
  std::size_t before = 0;
  support::eventually([&] {
    const std::size_t now = log_length(world);
    const bool same = now == before;
    before = now;
    return same && now > 0;
  });
  return read_access_log(world.file("access.log"));
}

}  // namespace

LoadPlan load_plan(const World& world) {
  std::vector<std::string> targets = {"/api/inventory?limit=10", "/api/inventory?low=1"};
  for (int product = 1; product <= 40; ++product) {
    targets.push_back("/api/inventory/" + std::to_string(product));
    if (product % 4 == 0) targets.push_back("/api/inventory/" + std::to_string(product) + "/movements");
  }
  return {.router = world.router_address(), .targets = targets, .callers = callers};
}

void start_everything(World& world, Narrator& narrator) {
  narrator.chapter("The monolith, one extracted service, and the router in front");
  world.collect_spans();
  world.start_shop();
  narrator.tell("The shop runs on " + world.shop_address() + " with its one database, seeded.");
  world.import_inventory();
  world.start_inventory();
  narrator.tell("banyan-inventory runs on " + world.inventory_address() + " with a database of its own, filled from the shop's once.");
  world.write_draft(world.file("analysis"));
  world.add_orders_to_draft();
  narrator.tell("The analyzer's draft becomes router.yaml; its gates are set to ask for fewer requests, because this is a story;");
  narrator.tell("the router checks it before it starts:");
  command(world, narrator, {"check"});
  world.start_router();
  narrator.tell("The router listens on " + world.router_address() + ", its admin side on " + world.admin_address() + ".");
  narrator.tell("Every cutover is at stage legacy: nothing has changed for anybody.");
}

void compare_every_read(World& world, Narrator& narrator) {
  narrator.chapter("Same answers as before");
  support::HttpClient direct(world.shop_address());
  support::HttpClient routed(world.router_address());
  const auto routes = boost::json::parse(direct.get("/api/admin/routes").body).at("routes").as_array();
  const auto writing = writing_gets(world);
  for (const auto& route : writing) narrator.tell(route + " is left out: the analyzer found that it writes.");
  std::uint64_t asked = 0;
  std::string different;
  for (const auto& entry : routes) {
    const std::string route(entry.as_string());
    const bool counts_requests = route.find("/dashboard") != std::string::npos;
    const bool writes = std::find(writing.begin(), writing.end(), route) != writing.end();
    if (route.rfind("GET ", 0) != 0 || counts_requests || writes) continue;
    std::string target = route.substr(4);
    while (target.find('{') != std::string::npos) {
      target.replace(target.find('{'), target.find('}') - target.find('{') + 1, "7");
    }
    const support::HttpHeaders account = {{"X-Account-Id", "7"}};
    const auto one = direct.get(target, account);
    const auto other = routed.get(target, account);
    ++asked;
    if (one.status != other.status || one.body != other.body) different += " " + route;
  }
  narrator.check("every read endpoint answers the same through the router", different.empty() && asked > 30,
                 number(asked) + " endpoints asked twice, " + (different.empty() ? "all equal" : "different:" + different));
}

void find_a_difference(World& world, Narrator& narrator, Load& load) {
  narrator.chapter("Shadow: callers get the monolith's answer, a copy goes to the service and is compared");
  const auto counted = support::HttpClient(world.shop_address())
                           .request("POST", "/api/inventory/8/adjust", {{"Content-Type", "application/json"}},
                                    R"({"delta":-3,"reason":"counted on the shelf"})");
  narrator.tell("Somebody counts a shelf, and the monolith writes it down (" + std::to_string(counted.status) +
                "). The service was filled before that.");
  command(world, narrator, {"promote", cutover, "--why", "see whether the data is right"});
  load.phase("shadow, stale data");
  const bool seen = support::eventually([&] { return metric(world, shadow_series("different")) >= 5; }, std::chrono::seconds(60));
  const bool told = refused(world, narrator, {"diff", cutover}, 12);
  narrator.check("the stale count is found in shadow, by path", seen && told,
                 number(metric(world, shadow_series("different"))) + " answers differ, no caller saw one");
  no_failures(narrator, "no failed request in the first shadow", load.current());
  command(world, narrator, {"rollback", cutover, "--why", "stale data"});
  world.refill_inventory();
  narrator.tell("Explained: the service's copy is older than the count. It is filled again.");
}

void shadow(World& world, Narrator& narrator, Load& load) {
  narrator.chapter("Shadow again, with fresh data");
  const auto equal_before = metric(world, shadow_series("equal"));
  const auto different_before = metric(world, shadow_series("different"));
  command(world, narrator, {"promote", cutover, "--why", "filled again"});
  load.phase("shadow");
  support::eventually([&] { return metric(world, shadow_series("equal")) >= equal_before + 1500; }, std::chrono::seconds(60));
  const auto equal = metric(world, shadow_series("equal")) - equal_before;
  const auto different = metric(world, shadow_series("different")) - different_before;
  const auto failed = metric(world, shadow_series("failed"));
  narrator.check("answers byte-equal in shadow", equal >= 1500 && different == 0 && failed == 0,
                 number(equal) + " equal, " + number(different) + " different, " + number(failed) + " without an answer");
  no_failures(narrator, "no failed request in shadow", load.current());
}

void raise_to_half(World& world, Narrator& narrator, Load& load) {
  narrator.chapter("Canary: 10 %, then 50 % of the callers, by a hash of who asks");
  const std::size_t from = settled_log(world).size();
  load.phase("canary 10 %");
  promote_when_ready(world, narrator, "shadow was equal");
  wait_for_requests(load, 1500);
  promote_when_ready(world, narrator, "10 % looked good");
  wait_for_requests(load, 4000);
  const PhaseCount count = load.current();
  load.phase("canary 50 %");
  const auto log = settled_log(world);
  const Flips flips = count_flips(log, from, log.size(), cutover);
  narrator.check("no caller flipped back while the weight rose", flips.moved_back == 0 && flips.moved_to_new > 50,
                 number(flips.callers) + " callers seen, " + number(flips.moved_to_new) + " moved to the service, " +
                     number(flips.moved_back) + " came back");
  no_failures(narrator, "no failed request while the weight rose", count);
}

void survive_a_crash(World& world, Narrator& narrator, Load& load) {
  narrator.chapter("kill -9 of the router itself");
  const std::string before = stage_now(world);
  load.phase("router killed");  // these may fail: nothing listens for a moment
  const auto start = steady_clock::now();
  world.kill_router_hard();
  world.start_router();
  const auto ms = std::chrono::duration_cast<milliseconds>(steady_clock::now() - start).count();
  const std::string after = stage_now(world);
  load.phase("router back");
  wait_for_requests(load, 400);
  narrator.check("the stage survives kill -9 of the router", before == after && before.find("50") != std::string::npos,
                 "'" + before + "' before, '" + after + "' after; back in " + std::to_string(ms) + " ms");
  no_failures(narrator, "no failed request after the restart", load.current());
}

void break_and_roll_back(World& world, Narrator& narrator, Load& load) {
  narrator.chapter("The inventory service is killed while it answers half of the callers");
  load.phase("service dead");
  world.kill_inventory();
  const auto start = steady_clock::now();
  const auto back = [&] { return stage_now(world).rfind("rolled", 0) == 0; };
  const bool noticed = support::eventually(back, std::chrono::seconds(20));
  const auto ms = std::chrono::duration_cast<milliseconds>(steady_clock::now() - start).count();
  narrator.tell("Callers of the service got: " + load.current().first_failure);
  narrator.tell("Nobody had to look: the tripwire in the request path went back after " + number(load.current().failed) +
                " failed requests.");
  narrator.tell("  stage: " + stage_now(world));
  load.phase("rolled back");
  wait_for_requests(load, 1500);
  narrator.check("the broken service was noticed and rolled back", noticed,
                 "by itself, " + std::to_string(ms) + " ms after the kill");
  no_failures(narrator, "no failed request after the roll-back", load.current());
}

void bad_release(World& world, Narrator& narrator, Load& load) {
  narrator.chapter("A bad release of the service: one table got lost in it");
  world.start_bad_inventory();
  const auto compared = [&] { return metric(world, shadow_series("different")) + metric(world, shadow_series("equal")); };
  const auto compared_before = compared();
  command(world, narrator, {"promote", cutover, "--why", "new release"});
  load.phase("bad release in shadow");
  support::eventually([&] { return compared() >= compared_before + 600; }, std::chrono::seconds(60));
  const bool blocked = refused(world, narrator, {"promote", cutover, "--why", "looks fine to me"});
  no_failures(narrator, "no failed request while it is in shadow", load.current());
  narrator.tell("Somebody is in a hurry:");
  load.phase("bad release forced");
  command(world, narrator, {"promote", cutover, "--force", "--why", "in a hurry"});
  const bool back = support::eventually([&] { return stage_now(world).rfind("rolled", 0) == 0; }, std::chrono::seconds(60));
  narrator.tell("  stage: " + stage_now(world));
  narrator.check("the bad release is blocked in shadow, and taken back when forced", blocked && back,
                 "by itself, after " + number(load.current().failed) + " failed of " + number(load.current().requests) + " requests");
  world.kill_inventory();
  load.phase("bad release gone");
}

void finish(World& world, Narrator& narrator, Load& load) {
  narrator.chapter("The service comes back, and the cutover is finished");
  world.start_inventory();
  command(world, narrator, {"promote", cutover, "--why", "service is back: shadow again"});
  const auto equal_before = metric(world, shadow_series("equal"));
  support::eventually([&] { return metric(world, shadow_series("equal")) >= equal_before + 500; }, std::chrono::seconds(20));
  load.phase("second rise");
  const std::size_t from = settled_log(world).size();
  for (const char* why : {"still equal: 10 %", "50 %", "everybody"}) {
    promote_when_ready(world, narrator, why);
    wait_for_requests(load, load.current().requests + 800);
  }
  wait_for_requests(load, load.current().requests + 1200);
  const PhaseCount count = load.current();
  load.stop();
  const auto log = settled_log(world);
  const Flips flips = count_flips(log, from, log.size(), cutover);
  const auto tail = log.size() - std::min<std::size_t>(log.size(), 300);
  const bool all_new = std::all_of(log.begin() + static_cast<std::ptrdiff_t>(tail), log.end(), [](const Answered& entry) {
    return entry.cutover != cutover || entry.side == "new";
  });
  narrator.check("inventory reads are live on their own service", all_new && stage_now(world).rfind("live", 0) == 0,
                 "stage '" + stage_now(world) + "'; the last " + number(log.size() - tail) + " reads were answered by it");
  narrator.check("no caller flipped back in the second rise", flips.moved_back == 0,
                 number(flips.callers) + " callers, " + number(flips.moved_back) + " came back");
  no_failures(narrator, "no failed request in the second rise", count);
}

void explain_a_request(World& world, Narrator& narrator) {
  narrator.chapter("Where does a request go, and why?");
  command(world, narrator, {"explain", "GET", "/api/inventory/7", "-H", "X-Account-Id: 7"});
  narrator.tell("And who moved what, and when:");
  command(world, narrator, {"audit"});
}

}  // namespace banyan::demo
