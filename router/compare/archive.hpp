// Bytes of what a comparison has learned, and back. One description of each class serves both directions:
//
//   template <class Archive> void transfer(Archive& archive) { archive(count_)(names_, most_names); }
//
// Whole numbers are LEB128, real ones their eight bytes, everything with a size has it in front. A reader believes nothing: beyond
// the end, over a limit or not finite and ok() is false for good, with what was read so far unusable. Pure; one owner.
#pragma once

#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace banyan::compare {

class Packer {
 public:
  static constexpr bool reading = false;

  template <std::unsigned_integral Number>
  Packer& operator()(Number number) {
    std::uint64_t rest = number;
    for (; rest >= 0x80; rest >>= 7) bytes_ += static_cast<char>(rest | 0x80);
    bytes_ += static_cast<char>(rest);
    return *this;
  }
  Packer& operator()(double number) {
    const auto bits = std::bit_cast<std::uint64_t>(number);
    for (int i = 0; i < 64; i += 8) bytes_ += static_cast<char>(bits >> i);
    return *this;
  }
  Packer& operator()(const std::string& text, std::size_t) {
    (*this)(text.size());
    bytes_ += text;
    return *this;
  }
  template <class Item>
  Packer& operator()(std::vector<Item>& items, std::size_t) {
    (*this)(items.size());
    for (Item& item : items) put(item);
    return *this;
  }
  template <class Key, class Item>
  Packer& operator()(std::map<Key, Item>& items, std::size_t) {
    (*this)(items.size());
    for (auto& [key, item] : items) {
      if constexpr (std::is_same_v<Key, std::string>) (*this)(key, key.size());
      else (*this)(key);
      put(item);
    }
    return *this;
  }
  Packer& operator()(std::unordered_set<std::uint64_t>& items, std::size_t) {
    (*this)(items.size());
    for (const auto item : items) (*this)(item);
    return *this;
  }
  template <class Part>
    requires requires(Part& part, Packer& writer) { part.transfer(writer); }
  Packer& operator()(Part& part) {
    part.transfer(*this);
    return *this;
  }
  void need(bool) {}
  bool ok() const { return true; }
  std::string take() { return std::move(bytes_); }

 private:
  template <class Item>
  void put(Item& item) {
    (*this)(item);
  }
  std::string bytes_;
};

class Unpacker {
 public:
  static constexpr bool reading = true;
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}

  template <std::unsigned_integral Number>
  Unpacker& operator()(Number& number) {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (rest_.empty() || shift > 63) return fail();
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      if (shift == 63 && byte > 1) return fail();
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) break;
    }
    if (value > std::numeric_limits<Number>::max()) return fail();
    number = static_cast<Number>(value);
    return *this;
  }
  Unpacker& operator()(double& number) {
    if (rest_.size() < 8) return fail();
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < 8; ++i) bits |= std::uint64_t{static_cast<unsigned char>(rest_[i])} << (8 * i);
    rest_.remove_prefix(8);
    number = std::bit_cast<double>(bits);
    return std::isfinite(number) ? *this : fail();
  }
  Unpacker& operator()(std::string& text, std::size_t most) {
    const std::size_t size = size_up_to(most);
    if (!ok_ || size > rest_.size()) return fail();
    text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return *this;
  }
  template <class Item>
  Unpacker& operator()(std::vector<Item>& items, std::size_t most) {
    items.clear();
    for (std::size_t left = size_up_to(most); ok_ && left > 0; --left) (*this)(items.emplace_back());
    return *this;
  }
  template <class Key, class Item>
  Unpacker& operator()(std::map<Key, Item>& items, std::size_t most) {
    items.clear();
    for (std::size_t left = size_up_to(most); ok_ && left > 0; --left) {
      Key key{};
      if constexpr (std::is_same_v<Key, std::string>) (*this)(key, longest_key);
      else (*this)(key);
      const auto [place, fresh] = items.try_emplace(std::move(key));
      need(fresh);
      if (ok_) (*this)(place->second);
    }
    return *this;
  }
  Unpacker& operator()(std::unordered_set<std::uint64_t>& items, std::size_t most) {
    items.clear();
    for (std::size_t left = size_up_to(most); ok_ && left > 0; --left) {
      std::uint64_t item = 0;
      (*this)(item);
      items.insert(item);
    }
    return *this;
  }
  template <class Part>
    requires requires(Part& part, Unpacker& reader) { part.transfer(reader); }
  Unpacker& operator()(Part& part) {
    if (ok_) part.transfer(*this);
    return *this;
  }
  // What else must hold of what was read.
  void need(bool holds) { ok_ = ok_ && holds; }
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  static constexpr std::size_t longest_key = 64 * 1024;

  // An item takes a byte at least, so no size can make us allocate more than there are bytes.
  std::size_t size_up_to(std::size_t most) {
    std::uint64_t size = 0;
    (*this)(size);
    need(size <= most && size <= rest_.size());
    return ok_ ? static_cast<std::size_t>(size) : 0;
  }
  Unpacker& fail() {
    ok_ = false;
    rest_ = {};
    return *this;
  }

  std::string_view rest_;
  bool ok_ = true;
};

// Flags travel as 0 or 1.
template <class Archive>
void transfer_flag(Archive& archive, bool& flag) {
  auto number = static_cast<std::uint8_t>(flag);
  archive(number);
  archive.need(number <= 1);
  flag = number == 1;
}

}  // namespace banyan::compare
