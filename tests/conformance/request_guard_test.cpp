// Nothing ambiguous is ever forwarded: a faulty request gets its own answer, the connection closes, and the upstream
// sees neither it nor whatever was hidden behind it.
#include "tests/conformance/router_fixture.hpp"

namespace banyan::conformance {
namespace {

struct Refused {
  const char* name;
  std::string bytes;
  int status;
};

std::ostream& operator<<(std::ostream& out, const Refused& one) { return out << one.name; }

const std::string get_head = "GET / HTTP/1.1\r\nHost: a\r\n";
const std::string post_head = "POST / HTTP/1.1\r\nHost: a\r\n";
const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
using namespace std::string_literals;

const std::vector<Refused> refused = {
    {"length_and_chunked", post_head + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden, 400},
    {"chunked_and_length", post_head + "Transfer-Encoding: chunked\r\nContent-Length: 40\r\n\r\n0\r\n\r\n" + hidden, 400},
    {"two_lengths", post_head + "Content-Length: 4\r\nContent-Length: 40\r\n\r\nabcd" + hidden, 400},
    {"two_equal_lengths", post_head + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd" + hidden, 400},
    {"length_list", post_head + "Content-Length: 4, 4\r\n\r\nabcd" + hidden, 400},
    {"length_with_plus", post_head + "Content-Length: +4\r\n\r\nabcd", 400},
    {"length_with_minus", post_head + "Content-Length: -4\r\n\r\nabcd", 400},
    {"length_hex", post_head + "Content-Length: 0x4\r\n\r\nabcd", 400},
    {"length_with_space_inside", post_head + "Content-Length: 1 0\r\n\r\nabcd", 400},
    {"length_empty", post_head + "Content-Length: \r\n\r\n" + hidden, 400},
    {"length_overflow", post_head + "Content-Length: 18446744073709551620\r\n\r\nabcd", 400},
    {"length_vertical_tab", post_head + "Content-Length: \x0b" "4\r\n\r\nabcd", 400},
    {"chunked_twice", post_head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"chunked_list", post_head + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400},
    {"identity_then_chunked", post_head + "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n", 400},
    {"chunked_then_identity", post_head + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400},
    {"gzip_chunked", post_head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
    {"xchunked", post_head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400},
    {"chunked_parameter", post_head + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n", 400},
    {"chunked_quoted", post_head + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 400},
    {"chunked_empty", post_head + "Transfer-Encoding:\r\n\r\n" + hidden, 400},
    {"chunked_vertical_tab", post_head + "Transfer-Encoding: \x0b" "chunked\r\n\r\n0\r\n\r\n", 400},
    {"chunked_in_http_10", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"space_before_colon", post_head + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400},
    {"tab_before_colon", post_head + "Content-Length\t: 4\r\n\r\nabcd", 400},
    {"underscore_framing", post_head + "Content_Length: 4\r\n\r\nabcd", 400},
    {"underscore_encoding", post_head + "Transfer_Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"folded_value", get_head + "X-A: b\r\n c\r\n\r\n", 400},
    {"folded_framing", post_head + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400},
    {"folded_first_field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
    {"bare_lf_line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
    {"bare_lf_field", get_head + "X-A: b\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"bare_lf_end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
    {"bare_cr_in_value", get_head + "X-A: b\rTransfer-Encoding: chunked\r\n\r\n", 400},
    {"bare_cr_in_line", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"nul_in_value", get_head + "X-A: b"s + '\0' + "c\r\n\r\n", 400},
    {"nul_in_name", get_head + "X-"s + '\0' + "A: b\r\n\r\n", 400},
    {"control_in_value", get_head + "X-A: \x01\r\n\r\n", 400},
    {"del_in_value", get_head + "X-A: \x7f\r\n\r\n", 400},
    {"no_colon", get_head + "X-A\r\n\r\n", 400},
    {"empty_name", get_head + ": b\r\n\r\n", 400},
    {"name_with_slash", get_head + "X/A: b\r\n\r\n", 400},
    {"name_not_ascii", get_head + "X-\xc3\xa4: b\r\n\r\n", 400},
    {"no_host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"two_hosts", get_head + "Host: b\r\n\r\n", 400},
    {"two_equal_hosts", get_head + "Host: a\r\n\r\n", 400},
    {"host_with_path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"host_with_user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
    {"host_list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
    {"host_differs_from_target", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"target_with_user", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"target_other_scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"target_without_slash", "GET index.html HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"target_with_fragment", "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"target_star_with_get", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"target_with_space", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"target_with_tab", "GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"two_spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"trailing_space", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
    {"method_with_control", "GE\x01T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"no_version", "GET /\r\nHost: a\r\n\r\n", 400},
    {"lower_case_version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
    {"version_1_2_digits", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400},
    {"version_2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
    {"version_1_2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
    {"connect", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 405},
    {"other_expectation", post_head + "Expect: 200-ok\r\nContent-Length: 1\r\n\r\n", 417},
};

class RefusedRequest : public Conformance, public ::testing::WithParamInterface<Refused> {};

TEST_P(RefusedRequest, IsAnsweredAndNeverForwarded) {
  auto client = router().connect();
  client.send(GetParam().bytes);
  const auto answer = client.read_message();
  EXPECT_EQ(answer.status(), GetParam().status) << answer.head;
  expect_made_by_router(answer);
  EXPECT_EQ(lower(answer.get("Connection")), "close");
  EXPECT_TRUE(client.at_end()) << "something was answered behind the fault";
  EXPECT_EQ(legacy.count(), 0u) << "the upstream saw a request";
}

INSTANTIATE_TEST_SUITE_P(Wire, RefusedRequest, ::testing::ValuesIn(refused),
                         [](const auto& one) { return one.param.name; });

struct BadChunks {
  const char* name;
  std::string body;
};
std::ostream& operator<<(std::ostream& out, const BadChunks& one) { return out << one.name; }

const std::vector<BadChunks> bad_chunks = {
    {"size_not_hex", "x\r\nabc\r\n0\r\n\r\n"},
    {"size_empty", "\r\nabc\r\n0\r\n\r\n"},
    {"size_negative", "-3\r\nabc\r\n0\r\n\r\n"},
    {"size_prefix", "0x3\r\nabc\r\n0\r\n\r\n"},
    {"size_overflow", "10000000000000003\r\nabc\r\n0\r\n\r\n"},
    {"size_bare_lf", "3\nabc\r\n0\r\n\r\n"},
    {"size_bare_cr", "3\rabc\r\n0\r\n\r\n"},
    {"size_trailing_space", "3 \r\nabc\r\n0\r\n\r\n"},
    {"data_longer", "3\r\nabcd\r\n0\r\n\r\n"},
    {"data_ends_with_lf", "3\r\nabc\n0\r\n\r\n"},
    {"extension_bare_lf", "3;a=b\nabc\r\n0\r\n\r\n"},
    {"extension_endless", "3;" + std::string(8000, 'a') + "\r\nabc\r\n0\r\n\r\n"},
    {"trailer_not_a_field", "3\r\nabc\r\n0\r\nnonsense\r\n\r\n"},
    {"trailers_endless", "3\r\nabc\r\n0\r\n" + std::string("X-A: ") + std::string(20000, 'a') + "\r\n\r\n"},
};

class MalformedChunks : public Conformance, public ::testing::WithParamInterface<BadChunks> {};

TEST_P(MalformedChunks, NeverReachTheUpstreamAsACompleteRequest) {
  auto client = router().connect();
  client.send(post_head + "Transfer-Encoding: chunked\r\n\r\n" + GetParam().body + hidden);
  const auto answer = client.read_message();
  EXPECT_EQ(answer.status(), 400) << answer.head;
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(legacy.count(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Wire, MalformedChunks, ::testing::ValuesIn(bad_chunks),
                         [](const auto& one) { return one.param.name; });

TEST_F(Conformance, TooLongTargetIs414) {
  router({.limits = "target: 4KiB, header: 16KiB"});
  EXPECT_EQ(ask("GET /" + std::string(5000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n").status(), 414);
  EXPECT_EQ(legacy.count(), 0u);
}

TEST_F(Conformance, TooLargeHeadIs431) {
  router({.limits = "target: 4KiB, header: 16KiB"});
  EXPECT_EQ(ask(get_head + "X-A: " + std::string(17000, 'a') + "\r\n\r\n").status(), 431);
  EXPECT_EQ(legacy.count(), 0u);
}

TEST_F(Conformance, HeadJustUnderTheLimitPasses) {
  router({.limits = "target: 4KiB, header: 16KiB"});
  EXPECT_EQ(ask(get_head + "X-A: " + std::string(16000, 'a') + "\r\n\r\n").status(), 200);
  EXPECT_EQ(legacy.only_request().get("X-A").size(), 16000u);
}

TEST_F(Conformance, TooManyFieldsIs431) {
  std::string head = get_head;
  for (int i = 0; i < 300; ++i) head += "X: y\r\n";
  EXPECT_EQ(ask(head + "\r\n").status(), 431);
}

TEST_F(Conformance, DeclaredBodyOverTheLimitIs413BeforeAnythingIsForwarded) {
  router({.limits = "body: 1KiB"});
  EXPECT_EQ(ask(post_head + "Content-Length: 2000\r\n\r\n").status(), 413);
  EXPECT_EQ(legacy.connections(), 0u);
}

TEST_F(Conformance, ChunkedBodyOverTheLimitIs413) {
  router({.limits = "body: 1KiB"});
  EXPECT_EQ(ask(post_head + "Transfer-Encoding: chunked\r\n\r\n" + chunk(std::string(2000, 'a')) + "0\r\n\r\n").status(), 413);
  EXPECT_EQ(legacy.count(), 0u);
}

TEST_F(Conformance, HeadThatArrivesByteByByteIsRead) {
  auto client = router().connect();
  for (char c : get_head + "\r\n") client.send({&c, 1});
  EXPECT_EQ(client.read_message().status(), 200);
}

TEST_F(Conformance, SlowHeadIs408) {
  auto client = router({.timeouts = "header: 200ms, body: 5s, keepalive: 5s"}).connect();
  client.send("GET / HTTP/1.1\r\n");
  EXPECT_EQ(client.read_message().status(), 408);
  EXPECT_TRUE(client.at_end());
}

TEST_F(Conformance, SlowBodyIs408AndCancelsTheUpstreamsWork) {
  auto client = router({.timeouts = "header: 5s, body: 200ms, keepalive: 5s"}).connect();
  client.send(post_head + "Content-Length: 10\r\n\r\nabc");
  EXPECT_EQ(client.read_message().status(), 408);
  EXPECT_EQ(legacy.count(), 0u);
}

TEST_F(Conformance, EmptyLinesBeforeARequestAreForgiven) {
  EXPECT_EQ(ask("\r\n\r\n" + get_head + "\r\n").status(), 200);
  EXPECT_EQ(legacy.only_request().first_line, "GET / HTTP/1.1");
}

}  // namespace
}  // namespace banyan::conformance
