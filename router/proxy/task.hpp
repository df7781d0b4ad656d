// The coroutines of the data path: lazily started, resumed by whoever completes what they wait for, frames reused
// per thread. Smaller and cheaper than asio::awaitable, and free to wait for "anything that happens to this
// connection", which a relay in both directions needs without a second coroutine.
// A task lives and dies on one thread.
#pragma once
#include <array>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <new>
#include <utility>

namespace banyan::proxy {

// Frames of the same size come and go with every request: they are kept in a few bins per thread.
class FramePool {
 public:
  static void* take(std::size_t size) {
    const auto bin = (size + granule - 1) / granule;
    auto& pool = instance();
    if (bin >= bins || pool.free_[bin] == nullptr) return ::operator new(bin * granule);
    auto* node = pool.free_[bin];
    pool.free_[bin] = node->next;
    --pool.count_[bin];
    return node;
  }
  static void give_back(void* frame, std::size_t size) {
    const auto bin = (size + granule - 1) / granule;
    auto& pool = instance();
    if (bin >= bins || pool.count_[bin] >= most_kept) return ::operator delete(frame);
    pool.free_[bin] = new (frame) Node{pool.free_[bin]};
    ++pool.count_[bin];
  }
  ~FramePool() {
    for (auto* node : free_)
      while (node != nullptr) ::operator delete(std::exchange(node, node->next));
  }

 private:
  struct Node {
    Node* next;
  };
  static constexpr std::size_t granule = 64, bins = 64, most_kept = 256;
  static FramePool& instance() {
    thread_local FramePool pool;
    return pool;
  }
  std::array<Node*, bins> free_{};
  std::array<std::size_t, bins> count_{};
};

struct PooledFrame {
  static void* operator new(std::size_t size) { return FramePool::take(size); }
  static void operator delete(void* frame, std::size_t size) { FramePool::give_back(frame, size); }
};

template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type : PooledFrame {
    std::coroutine_handle<> next = std::noop_coroutine();
    std::exception_ptr error;
    T value{};

    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        return self.promise().next;
      }
      void await_resume() noexcept {}
    };

    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    Final final_suspend() noexcept { return {}; }
    void return_value(T result) { value = std::move(result); }
    void unhandled_exception() { error = std::current_exception(); }
  };

  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
    handle_.promise().next = awaiting;
    return handle_;
  }
  T await_resume() {
    if (handle_.promise().error) std::rethrow_exception(handle_.promise().error);
    return std::move(handle_.promise().value);
  }

 private:
  std::coroutine_handle<promise_type> handle_;
};

// A coroutine nobody waits for: starts at once and frees itself. It must not throw.
struct Detached {
  struct promise_type : PooledFrame {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

// Where one coroutine waits until something happens: co_await event.wait().
class Event {
 public:
  // A value that points here: GCC 12 copies an awaited object that a function returned by reference.
  struct Waiting {
    Event* event;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) noexcept { event->waiting_ = waiting; }
    void await_resume() const noexcept {}
  };

  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  Waiting wait() { return {this}; }
  // Resumes the waiting coroutine before it returns; nothing happens when none waits.
  void notify() {
    if (waiting_) std::exchange(waiting_, {}).resume();
  }

 private:
  std::coroutine_handle<> waiting_;
};

}  // namespace banyan::proxy
