// Reads the chunked coding piece by piece. Chunk extensions and trailers are consumed and dropped; line
// lengths are capped; only CRLF ends a line. The reader never copies: data comes back as slices of the input.
// Pure; one object per message, used by one thread.
#pragma once
#include "router/http/errors.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace banyan::http {

class ChunkedReader {
 public:
  enum class State { need_more, data, finished, failed };

  // Consumes from the front of `input`. On `data`, `slice` points into it; call again for more.
  State next(std::string_view& input, std::string_view& slice);

  Errc error() const { return error_; }
  void reset() { *this = ChunkedReader{}; }

 private:
  enum class Part : std::uint8_t { size, extension, size_lf, data, data_cr, data_lf, trailer, trailer_lf, done };

  Part step(char c);
  Part on_size(char c);
  Part on_trailer(char c);
  Part after_trailer_line();
  Part fail(Errc error);

  static constexpr std::uint32_t most_line = 4096;       // of a size line with its extensions
  static constexpr std::uint32_t most_trailers = 16384;  // all of them together

  std::uint64_t remaining_ = 0;
  std::uint32_t line_ = 0;
  std::uint32_t trailers_ = 0;
  std::uint8_t digits_ = 0;
  bool trailer_name_ = false;  // a colon has been seen in this trailer line
  Part part_ = Part::size;
  Errc error_ = Errc::ok;
};

// "<hex>\r\n" for a chunk of `size` bytes, written into `out`; returns the text.
std::string_view chunk_size_line(std::uint64_t size, std::array<char, 20>& out);

inline constexpr std::string_view chunk_end = "\r\n";
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

}  // namespace banyan::http
