#include "analyzer/fact_store/bytes.hpp"

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/Compression.h>
#include <llvm/Support/Error.h>

namespace banyan::fact_store {
namespace {

constexpr std::uint64_t kVersion = 1;
constexpr std::uint64_t kMaxPayload = 1ULL << 31U;
constexpr char kPlain = 0;
constexpr char kZstd = 1;

void put_number(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>((value & 0x7fU) | 0x80U);
    value >>= 7U;
  }
  out += static_cast<char>(value);
}

bool get_number(std::string_view bytes, std::size_t& position, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && position < bytes.size(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[position++]);
    value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if ((byte & 0x80U) == 0) return true;
  }
  return false;
}

bool unpack(std::string_view blob, std::string& payload) {
  if (blob.empty()) return false;
  std::size_t position = 1;
  std::uint64_t size = 0;
  if (!get_number(blob, position, size) || size > kMaxPayload) return false;
  const std::string_view body = blob.substr(position);
  if (blob[0] == kPlain) {
    payload = body;
    return body.size() == size;
  }
  if (blob[0] != kZstd || !llvm::compression::zstd::isAvailable()) return false;
  llvm::SmallVector<std::uint8_t, 0> plain;
  const llvm::ArrayRef<std::uint8_t> packed(reinterpret_cast<const std::uint8_t*>(body.data()), body.size());
  if (llvm::Error error = llvm::compression::zstd::decompress(packed, plain, size)) {
    llvm::consumeError(std::move(error));
    return false;
  }
  payload.assign(reinterpret_cast<const char*>(plain.data()), plain.size());
  return plain.size() == size;
}

}  // namespace

ByteWriter::ByteWriter() : strings_{std::string()} { index_.emplace(std::string(), 0); }

void ByteWriter::number(std::uint64_t value) { put_number(records_, value); }

void ByteWriter::text(const std::string& value) {
  const auto [entry, fresh] = index_.try_emplace(value, strings_.size());
  if (fresh) strings_.push_back(value);
  put_number(records_, entry->second);
}

std::string ByteWriter::finish() const {
  std::string payload;
  put_number(payload, kVersion);
  put_number(payload, strings_.size());
  for (const std::string& text : strings_) {
    put_number(payload, text.size());
    payload += text;
  }
  payload += records_;
  std::string blob(1, llvm::compression::zstd::isAvailable() ? kZstd : kPlain);
  put_number(blob, payload.size());
  if (blob[0] == kPlain) return blob + payload;
  llvm::SmallVector<std::uint8_t, 0> packed;
  llvm::compression::zstd::compress(llvm::arrayRefFromStringRef(payload), packed, 3);
  return blob.append(reinterpret_cast<const char*>(packed.data()), packed.size());
}

ByteReader::ByteReader(std::string_view blob) {
  ok_ = unpack(blob, payload_) && number() == kVersion;
  for (std::size_t left = count(); ok_ && left > 0; --left) strings_.emplace_back(take(number()));
  if (strings_.empty()) strings_.emplace_back();
}

std::uint64_t ByteReader::number() {
  std::uint64_t value = 0;
  ok_ = ok_ && get_number(payload_, position_, value);
  return ok_ ? value : 0;
}

std::size_t ByteReader::count() {
  const std::uint64_t value = number();
  ok_ = ok_ && value <= payload_.size() - position_;
  return ok_ ? static_cast<std::size_t>(value) : 0;
}

std::string_view ByteReader::take(std::size_t size) {
  ok_ = ok_ && size <= payload_.size() - position_;
  if (!ok_) return {};
  const std::string_view out(payload_.data() + position_, size);
  position_ += size;
  return out;
}

const std::string& ByteReader::text() {
  const std::uint64_t index = number();
  ok_ = ok_ && index < strings_.size();
  return strings_[ok_ ? static_cast<std::size_t>(index) : 0];
}

}  // namespace banyan::fact_store
