// Variable-length numbers and an interned string table: the bytes of a facts blob.
//
//   blob    := codec:byte size:varint payload        codec 0 plain, 1 zstd; size is that of the plain payload
//   payload := version:varint strings records        strings := count:varint { length:varint bytes }
//   numbers are LEB128 varints; a string is its index in the table, index 0 is the empty string
//
// Reading never trusts: every step is checked, damage is reported by ok() and reads as zero or empty
// afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace banyan::fact_store {

class ByteWriter {
 public:
  ByteWriter();
  void number(std::uint64_t value);
  void text(const std::string& value);
  std::string finish() const;  // the compressed blob

 private:
  std::string records_;
  std::vector<std::string> strings_;
  std::unordered_map<std::string, std::uint64_t> index_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view blob);
  std::uint64_t number();
  const std::string& text();
  std::size_t count();  // a number of records, never more than bytes are left
  bool ok() const { return ok_; }
  bool at_end() const { return position_ == payload_.size(); }

 private:
  std::string_view take(std::size_t size);

  std::string payload_;
  std::size_t position_ = 0;
  std::vector<std::string> strings_;
  bool ok_ = true;
};

}  // namespace banyan::fact_store
