#include "router/http/chunked.hpp"

#include <gtest/gtest.h>

namespace banyan::http {
namespace {

struct Read {
  ChunkedReader::State state;
  std::string body;
  std::size_t left;
};

// Feeds `text` in pieces of `size` bytes.
Read read(std::string_view text, std::size_t size) {
  ChunkedReader reader;
  Read out{ChunkedReader::State::need_more, {}, 0};
  while (!text.empty() && out.state == ChunkedReader::State::need_more) {
    auto piece = text.substr(0, size);
    const auto before = piece.size();
    std::string_view slice;
    while ((out.state = reader.next(piece, slice)) == ChunkedReader::State::data) out.body += slice;
    text.remove_prefix(before - piece.size());
  }
  out.left = text.size();
  return out;
}

TEST(ChunkedReader, ReadsTheSameWhateverThePieces) {
  const std::string text = "5\r\nhello\r\n6;a=b;c=\"d\"\r\n world\r\n0\r\nX-T: 1\r\nY: \r\n\r\nNEXT";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    const auto out = read(text, size);
    EXPECT_EQ(out.state, ChunkedReader::State::finished) << size;
    EXPECT_EQ(out.body, "hello world");
    EXPECT_EQ(out.left, 4u);
  }
}

TEST(ChunkedReader, RefusesWhatCouldBeReadInTwoWays) {
  for (const char* text : {"5 \r\nhello\r\n", "+5\r\n", "0x5\r\n", "5\nhello", "5\r\nhello\n", "5\r\nhelloX", "\r\n", ";a\r\n",
                           "5;a\nb\r\n", "0\r\nX\r\n\r\n", "0\r\n: v\r\n\r\n", "0\r\nX : v\r\n\r\n", "fffffffffffffffff\r\n"})
    for (std::size_t size : {1, 3, 100}) EXPECT_EQ(read(text, size).state, ChunkedReader::State::failed) << text;
}

TEST(ChunkSizeLine, IsHexWithoutLeadingZeros) {
  std::array<char, 20> out{};
  EXPECT_EQ(chunk_size_line(1, out), "1\r\n");
  EXPECT_EQ(chunk_size_line(0x1a2b, out), "1a2b\r\n");
  EXPECT_EQ(chunk_size_line(~std::uint64_t{0}, out), "ffffffffffffffff\r\n");
}

}  // namespace
}  // namespace banyan::http
