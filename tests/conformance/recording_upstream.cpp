#include "tests/conformance/recording_upstream.hpp"

#include "tests/support/loopback.hpp"

#include <netinet/tcp.h>

#include <algorithm>

namespace banyan::conformance {

RecordingUpstream::RecordingUpstream() {
  answer_bytes(plain_ok);
  listener_ = support::listen_on_loopback(port_, 512);
  acceptor_ = std::thread([this] { accept_all(); });
}

RecordingUpstream::~RecordingUpstream() {
  stop_listening();
  {
    std::lock_guard lock(mutex_);
    for (int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
}

void RecordingUpstream::stop_listening() {
  if (stopping_.exchange(true)) return;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
}

void RecordingUpstream::accept_all() {
  for (;;) {
    const int fd = TEMP_FAILURE_RETRY(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
    if (fd < 0) return;
    ++connections_;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::lock_guard lock(mutex_);
    open_.push_back(fd);
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void RecordingUpstream::serve(int fd) {
  Wire wire(fd);
  Script script;
  TlsContext tls;
  {
    std::lock_guard lock(mutex_);
    script = script_;
    tls = tls_;
  }
  try {
    if (tls && !shake_hands(wire, tls)) throw WireError("no handshake");
    if (script) {
      script(wire);
    } else {
      for (bool more = true; more && !wire.at_end();) {
        auto message = wire.read_message();
        record(message);
        Answer answer;
        {
          std::lock_guard lock(mutex_);
          answer = answer_;
        }
        more = answer(wire, message);
      }
    }
  } catch (const WireError&) {
    // The router went away, which is what some tests are about.
  }
  std::lock_guard lock(mutex_);
  open_.erase(std::find(open_.begin(), open_.end(), fd));
  wire.close();
  ++closed_;
}

bool RecordingUpstream::shake_hands(Wire& wire, const TlsContext& tls) {
  try {
    wire.start_tls(tls, true);
    return true;
  } catch (const WireError&) {
    ++failed_handshakes_;
    return false;
  }
}

void RecordingUpstream::secure(const TlsSide& side) {
  std::lock_guard lock(mutex_);
  tls_ = make_context(true, side);
}

void RecordingUpstream::answer_with(Answer answer) {
  std::lock_guard lock(mutex_);
  answer_ = std::move(answer);
}

void RecordingUpstream::answer_bytes(std::string bytes, bool keep) {
  answer_with([bytes = std::move(bytes), keep](Wire& wire, const Message&) {
    wire.send(bytes);
    return keep;
  });
}

void RecordingUpstream::run_script(Script script) {
  std::lock_guard lock(mutex_);
  script_ = std::move(script);
}

void RecordingUpstream::record(Message message) {
  std::lock_guard lock(mutex_);
  requests_.push_back(std::move(message));
  changed_.notify_all();
}

std::vector<Message> RecordingUpstream::requests(std::size_t at_least) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, patience, [&] { return requests_.size() >= at_least; }))
    throw WireError("the upstream saw " + std::to_string(requests_.size()) + " requests");
  return requests_;
}

std::size_t RecordingUpstream::count() const {
  std::lock_guard lock(mutex_);
  return requests_.size();
}

Message RecordingUpstream::only_request() {
  const auto all = requests(1);
  if (all.size() != 1) throw WireError("the upstream saw " + std::to_string(all.size()) + " requests instead of one");
  return all.front();
}

void RecordingUpstream::forget() {
  std::lock_guard lock(mutex_);
  requests_.clear();
}

}  // namespace banyan::conformance
