#include "router/proxy/timer_wheel.hpp"

#include <algorithm>

namespace banyan::proxy {

void TimerWheel::Entry::unlink() {
  if (next_ == nullptr) return;
  next_->previous_ = previous_;
  previous_->next_ = next_;
  next_ = previous_ = nullptr;
}

void TimerWheel::Anchor::reset() { next_ = previous_ = this; }

void TimerWheel::link(Entry& entry, std::uint64_t tick) {
  entry.slot_tick_ = std::min(tick, now_ + slots - 1);
  Entry& anchor = anchors_[entry.slot_tick_ % slots];
  entry.previous_ = anchor.previous_;
  entry.next_ = &anchor;
  anchor.previous_->next_ = &entry;
  anchor.previous_ = &entry;
}

void TimerWheel::schedule(Entry& entry, std::uint64_t tick) {
  entry.due_ = std::max(tick, now_ + 1);
  if (entry.next_ != nullptr && entry.slot_tick_ <= entry.due_) return;
  entry.unlink();
  link(entry, entry.due_);
}

void TimerWheel::visit(std::uint64_t tick) {
  Entry& anchor = anchors_[tick % slots];
  // Moved aside first: on_deadline() may schedule into this very slot, and must not be visited again.
  Anchor batch;
  if (anchor.next_ == &anchor) return;
  batch.next_ = anchor.next_;
  batch.previous_ = anchor.previous_;
  batch.next_->previous_ = batch.previous_->next_ = &batch;
  anchors_[tick % slots].reset();
  while (batch.next_ != &batch) {
    Entry& entry = *batch.next_;
    entry.unlink();
    if (entry.due_ == Entry::never) continue;
    if (entry.due_ > now_) {
      link(entry, entry.due_);
      continue;
    }
    entry.due_ = Entry::never;
    entry.on_deadline();
  }
}

void TimerWheel::advance(std::uint64_t tick) {
  while (now_ < tick) {
    ++now_;
    visit(now_);
  }
}

}  // namespace banyan::proxy
