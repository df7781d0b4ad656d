// Deadlines for many connections with one tick for all. Moving a deadline further away costs one store: the entry
// stays in its slot and is put off when the slot comes round. Pure: time arrives as ticks. One thread.
#pragma once
#include <array>
#include <cstdint>

namespace banyan::proxy {

class TimerWheel {
 public:
  class Entry {
   public:
    Entry() = default;
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    virtual ~Entry() { unlink(); }
    // May destroy the entry and schedule or destroy others.
    virtual void on_deadline() = 0;
    void clear_deadline() { due_ = never; }

   private:
    friend class TimerWheel;
    void unlink();
    static constexpr std::uint64_t never = UINT64_MAX;
    std::uint64_t due_ = never;
    std::uint64_t slot_tick_ = 0;
    Entry* previous_ = nullptr;
    Entry* next_ = nullptr;
  };

  std::uint64_t now() const { return now_; }
  // on_deadline() is called by the first advance() that reaches `tick`.
  void schedule(Entry& entry, std::uint64_t tick);
  void advance(std::uint64_t tick);

 private:
  struct Anchor final : Entry {
    Anchor() { reset(); }
    void reset();
    void on_deadline() override {}
  };
  static constexpr std::uint64_t slots = 1024;

  void link(Entry& entry, std::uint64_t tick);
  void visit(std::uint64_t tick);

  std::array<Anchor, slots> anchors_;
  std::uint64_t now_ = 0;
};

}  // namespace banyan::proxy
