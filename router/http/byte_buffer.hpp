// A growing output buffer that is reused from message to message: room is made once, then bytes are copied
// without further checks. One owner.
#pragma once
#include <cassert>
#include <cstring>
#include <memory>
#include <string_view>

namespace banyan::http {

class ByteBuffer {
 public:
  void clear() { size_ = 0; }
  void make_room(std::size_t more) {
    if (size_ + more <= capacity_) return;
    const std::size_t wanted = (size_ + more) * 2;
    auto grown = std::make_unique_for_overwrite<char[]>(wanted);
    if (size_ != 0) std::memcpy(grown.get(), bytes_.get(), size_);
    bytes_ = std::move(grown);
    capacity_ = wanted;
  }
  void put(std::string_view text) {
    make_room(text.size());
    put_unchecked(text);
  }
  // The caller has made room.
  void put_unchecked(std::string_view text) {
    assert(size_ + text.size() <= capacity_);
    if (!text.empty()) std::memcpy(bytes_.get() + size_, text.data(), text.size());
    size_ += text.size();
  }
  void put_number(unsigned long long value) {
    char digits[20];
    std::size_t at = sizeof digits;
    do digits[--at] = static_cast<char>('0' + value % 10);
    while ((value /= 10) != 0);
    put({digits + at, sizeof digits - at});
  }
  void drop_last(std::size_t n) {
    assert(n <= size_);
    size_ -= n;
  }
  // Memory of one unusually large message is not kept for the life of a connection.
  void shrink(std::size_t most) {
    size_ = 0;
    if (capacity_ > most) bytes_.reset(), capacity_ = 0;
  }
  std::string_view view() const { return {bytes_.get(), size_}; }
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace banyan::http
