#include "router/fleet/follower.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <sys/eventfd.h>

namespace banyan::fleet {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds retry{300};
constexpr milliseconds after_lost_watch{20};

}  // namespace

Follower::Follower(const Settings& settings, Member member, Health& health)
    : settings_(settings),
      member_(std::move(member)),
      health_(health),
      log_(settings.address, settings.timeout),
      watch_(settings.address, settings.timeout),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Follower::start() {
  thread_ = std::thread([this] { run(); });
}

void Follower::stop() {
  stopping_ = true;
  wake();
  if (thread_.joinable()) thread_.join();
}

Follower::~Follower() {
  stop();
  ::close(wake_);
}

void Follower::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

void Follower::drain_wake() {
  std::uint64_t ignored = 0;
  [[maybe_unused]] const auto got = ::read(wake_, &ignored, sizeof ignored);
}

void Follower::run() {
  while (!stopping_) {
    drain_wake();
    if (catch_up()) open_watch();
    else watch_.close();
    if (!stopping_) wait();
  }
}

bool Follower::catch_up() {
  const std::string trouble = try_to_catch_up();
  say(trouble);
  trouble.empty() ? health_.took_over() : health_.failed(trouble);
  return trouble.empty();
}

std::string Follower::try_to_catch_up() {
  const Position asked = member_.position();
  const auto listing = log_.list(std::max<std::int64_t>(asked.seq, 1));
  if (!listing) return listing.error().what;
  if (std::string trouble = member_.take(asked, *listing); !trouble.empty()) return trouble;
  revision_ = listing->revision;
  return member_.push();
}

void Follower::say(const std::string& trouble) {
  if (said_ && trouble.empty() == said_->empty()) return;
  if (!trouble.empty())
    member_.log(true, "OUT OF STEP WITH THE FLEET: " + trouble + ". Serving on with the last known stages; promote is refused, rollback acts here at once");
  else
    member_.log(false, "in step with the fleet at " + to_string(settings_.address) + " (etcd " + log_.version() + ")");
  said_ = trouble;
}

void Follower::open_watch() {
  if (watch_.is_open()) return;
  const std::string why = watch_.open(revision_ + 1);
  if (!why.empty() && !watch_failed_) member_.log(true, "no watch at the fleet's etcd, its record is listed often instead: " + why);
  watch_failed_ = !why.empty();
}

void Follower::wait() {
  if (!watch_.is_open()) {
    pollfd one{wake_, POLLIN, 0};
    ::poll(&one, 1, static_cast<int>(retry.count()));
    return;
  }
  const auto news = watch_.wait(settings_.relist, wake_);
  if (news != Watch::News::lost && news != Watch::News::compacted) return;
  health_.count_lost_watch(news == Watch::News::compacted);
  pollfd one{wake_, POLLIN, 0};
  ::poll(&one, 1, static_cast<int>(after_lost_watch.count()));
}

}  // namespace banyan::fleet
