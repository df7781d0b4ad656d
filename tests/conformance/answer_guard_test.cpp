// An upstream whose answer cannot be framed for sure is answered for with 502, and its connection is not used again.
#include "tests/conformance/router_fixture.hpp"

namespace banyan::conformance {
namespace {

using namespace std::string_literals;

struct BadAnswer {
  const char* name;
  std::string bytes;
};
std::ostream& operator<<(std::ostream& out, const BadAnswer& one) { return out << one.name; }

const std::vector<BadAnswer> bad_answers = {
    {"length_and_chunked", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"lengths_differ", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"},
    {"length_list", "HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\nabc"},
    {"length_not_a_number", "HTTP/1.1 200 OK\r\nContent-Length: three\r\n\r\nabc"},
    {"length_negative", "HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc"},
    {"unknown_coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc"},
    {"gzip_chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
    {"chunked_twice", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"chunked_in_http_10", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"not_http", "SSH-2.0-OpenSSH\r\n\r\n"},
    {"version_2", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"},
    {"status_two_digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"},
    {"status_letters", "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n"},
    {"status_zero", "HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n"},
    {"folded", "HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 0\r\n\r\n"},
    {"bare_lf", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"},
    {"bare_cr_in_value", "HTTP/1.1 200 OK\r\nX-A: b\rc\r\nContent-Length: 0\r\n\r\n"},
    {"nul_in_value", "HTTP/1.1 200 OK\r\nX-A: b"s + '\0' + "\r\nContent-Length: 0\r\n\r\n"},
    {"no_colon", "HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 0\r\n\r\n"},
    {"switch_unasked", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"},
    {"empty_line_first", "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
    {"head_endless", "HTTP/1.1 200 OK\r\nX-A: " + std::string(200'000, 'a') + "\r\n\r\n"},
};

class FaultyAnswer : public Conformance, public ::testing::WithParamInterface<BadAnswer> {};

TEST_P(FaultyAnswer, Becomes502AndTheConnectionIsNotReused) {
  legacy.answer_bytes(GetParam().bytes);
  auto client = router().connect();
  client.send(get);
  const auto answer = client.read_message();
  EXPECT_EQ(answer.status(), 502) << answer.head;
  expect_made_by_router(answer);
  legacy.answer_bytes(plain_ok);
  client.send(get);
  EXPECT_EQ(client.read_message().status(), 200);
  EXPECT_EQ(legacy.connections(), 2u);
}

INSTANTIATE_TEST_SUITE_P(Wire, FaultyAnswer, ::testing::ValuesIn(bad_answers),
                         [](const auto& one) { return one.param.name; });

TEST_F(Conformance, SpaceBeforeTheColonIsRemovedFromAnAnswer) {
  legacy.answer_bytes("HTTP/1.1 200 OK\r\nX-A : b\r\nContent-Length : 2\r\n\r\nok");
  const auto answer = ask(get);
  EXPECT_EQ(answer.body, "ok");
  EXPECT_EQ(answer.get("X-A"), "b");
}

TEST_F(Conformance, EqualRepeatedLengthsBecomeOne) {
  legacy.answer_bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(ask(get).all("Content-Length"), std::vector<std::string>{"2"});
}

TEST_F(Conformance, BytesBehindAnAnswerNeverReachAClient) {
  legacy.answer_bytes(plain_ok + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
  auto client = router().connect();
  client.send(get);
  EXPECT_EQ(client.read_message().body, "ok");
  legacy.answer_bytes(plain_ok);
  client.send(get);
  EXPECT_EQ(client.read_message().body, "ok");
  EXPECT_EQ(legacy.connections(), 2u);
}

TEST_F(Conformance, LengthThatIsCutIsPassedOnAsCut) {
  legacy.answer_bytes("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", false);
  auto client = router().connect();
  client.send(get);
  EXPECT_EQ(parse_head(client.read_head()).status(), 200);
  EXPECT_LT(client.read_to_end().bytes.size(), 10u);
}

TEST_F(Conformance, ChunksThatAreCutNeverEndCleanly) {
  legacy.answer_bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", false);
  auto client = router().connect();
  client.send(get);
  client.read_head();
  EXPECT_EQ(client.read_to_end().bytes.find("0\r\n\r\n"), std::string::npos);
}

TEST_F(Conformance, MalformedChunksOfAnAnswerNeverEndCleanly) {
  legacy.answer_bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n0\r\n\r\n");
  auto client = router().connect();
  client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto bytes = client.read_to_end().bytes;
  // Found before anything was sent it is a 502, found later a cut.
  const bool told = bytes.rfind("HTTP/1.1 502", 0) == 0;
  EXPECT_TRUE(told || bytes.find("0\r\n\r\n") == std::string::npos) << bytes;
}

TEST_F(Conformance, ResetBeforeTheEndOfAnEndlessBodyIsNotAnEnd) {
  legacy.answer_with([](Wire& wire, const Message&) {
    wire.send("HTTP/1.1 200 OK\r\n\r\nhello");
    wire.reset();
    return false;
  });
  auto client = router().connect();
  client.send(get);
  const auto rest = client.read_to_end();
  EXPECT_TRUE(rest.reset || rest.bytes.find("0\r\n\r\n") == std::string::npos) << rest.bytes;
}

}  // namespace
}  // namespace banyan::conformance
