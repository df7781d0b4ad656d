// The bytes a peer has sent and nobody has consumed yet. Memory moves only when no read is under way, so a read may
// be left pending into the tail. One owner.
#pragma once
#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace banyan::proxy {

class InputBuffer {
 public:
  explicit InputBuffer(std::size_t capacity) { replace(capacity); }

  std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  std::size_t size() const { return end_ - begin_; }
  std::size_t capacity() const { return capacity_; }

  std::span<char> tail() { return {bytes_.get() + end_, capacity_ - end_}; }
  void commit(std::size_t n) { end_ += n; }
  void consume(std::size_t n) {
    assert(n <= size());
    begin_ += n;
  }

  // The three below only while no read is pending.
  void rewind_if_empty() {
    if (empty()) begin_ = end_ = 0;
  }
  void move_to_front() {
    if (begin_ == 0) return;
    std::memmove(bytes_.get(), bytes_.get() + begin_, size());
    end_ -= begin_;
    begin_ = 0;
  }
  void replace(std::size_t capacity) {
    assert(capacity >= size());
    auto fresh = std::make_unique_for_overwrite<char[]>(capacity);
    if (!empty()) std::memcpy(fresh.get(), bytes_.get() + begin_, size());
    end_ -= begin_;
    begin_ = 0;
    bytes_ = std::move(fresh);
    capacity_ = capacity;
  }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace banyan::proxy
