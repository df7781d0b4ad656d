// Headers: which pass, which are replaced, and which describe a body that is no more.
#include "router/translate/translation.hpp"

#include <gtest/gtest.h>

namespace banyan::translate {
namespace {

http::Fields fields(std::initializer_list<std::pair<std::string_view, std::string_view>> list) {
  http::Fields out;
  for (const auto& [name, value] : list) out.push_back({name, value, http::field_id(name), false});
  return out;
}

std::string text(const http::Fields& list) {
  std::string out;
  for (const auto& field : list)
    if (!field.dropped) out.append(field.name).append("=").append(field.value).append(" ");
  return out;
}

TEST(HeaderRules, RenameRemoveSet) {
  HeaderRules rules;
  rules.rename = {{"X-Acct", "X-Account-Id"}};
  rules.remove = {"x-legacy"};
  rules.set = {{"X-Version", "2"}, {"X-New", "n"}};
  auto list = fields({{"x-acct", "7"}, {"X-Legacy", "1"}, {"X-Version", "1"}, {"x-version", "1b"}, {"X-Acct", "8"}, {"Accept", "*"}});
  apply_rules(rules, list);
  EXPECT_EQ(text(list), "X-Account-Id=7 X-Account-Id=8 Accept=* X-Version=2 X-New=n ");
}

TEST(HeaderRules, WhatFramingAndForwardingNeedIsNotTheirs) {
  for (const char* name : {"Content-Length", "transfer-encoding", "Connection", "Host", "Via", "traceparent", "X-Forwarded-For",
                           "Upgrade", "TE", "X-Client-Cert-Subject", "", "a b", "a:"})
    EXPECT_NE(header_name_problem(name), "") << name;
  for (const char* name : {"X-A", "Accept", "Authorization", "Content-Type"}) EXPECT_EQ(header_name_problem(name), "") << name;
  EXPECT_NE(header_value_problem("a\r\nEvil: 1"), "");
  EXPECT_EQ(header_value_problem("a b"), "");
}

Translation with_map() {
  Translation rules;
  JsonStep step;
  parse_pointer("/a", step.at);
  parse_pointer("/b", step.to);
  rules.request_json = {step};
  rules.answer_json = *inverse(rules.request_json);
  return rules;
}

TEST(Translation, RequestFields) {
  const auto all = [] {
    return fields({{"Accept-Encoding", "gzip"}, {"If-None-Match", "\"1\""}, {"If-Match", "\"1\""}, {"Range", "bytes=0-1"}, {"Digest", "d"}, {"Accept", "*"}});
  };
  auto get = all(), put = all(), plain = all();
  translate_request_fields(with_map(), "GET", false, get);
  EXPECT_EQ(text(get), "If-Match=\"1\" Digest=d Accept=* ");
  translate_request_fields(with_map(), "PUT", true, put);
  EXPECT_EQ(text(put), "If-None-Match=\"1\" If-Match=\"1\" Range=bytes=0-1 Accept=* ");
  translate_request_fields({}, "GET", false, plain);
  EXPECT_EQ(text(plain), text(all())) << "without an answer map nothing is asked for differently";
}

TEST(Translation, AnswerFields) {
  struct Case {
    const char *type, *coding;
    bool json, coded, keeps_tag;
  };
  const Case cases[] = {
      {"application/json", nullptr, true, false, false},
      {"Application/JSON; charset=utf-8", "identity", true, false, false},
      {"application/json", "gzip", true, true, false},
      {"application/problem+json", nullptr, false, false, true},
      {"text/html", "gzip", false, false, true},
      {nullptr, nullptr, false, false, false},  // 304
  };
  for (const Case& c : cases) {
    auto list = fields({{"ETag", "\"x\""}});
    if (c.type != nullptr) list.push_back({"Content-Type", c.type, http::FieldId::other, false});
    if (c.coding != nullptr) list.push_back({"Content-Encoding", c.coding, http::FieldId::other, false});
    const auto kind = translate_answer_fields(with_map(), list);
    EXPECT_EQ(kind.json, c.json) << (c.type ? c.type : "none");
    EXPECT_EQ(kind.coded, c.coded);
    EXPECT_EQ(text(list).find("ETag") != std::string::npos, c.keeps_tag) << (c.type ? c.type : "none");
  }
}

TEST(Translation, TargetKeepsTheQuery) {
  matching::PathPattern pattern;
  matching::parse_path("/api/{id}", pattern);
  Translation rules;
  rules.path.emplace();
  parse_template("/v1/{id}", *rules.path);
  EXPECT_EQ(target_for(rules, pattern, "/api/7", "a=1").value(), "/v1/7?a=1");
  EXPECT_EQ(target_for(rules, pattern, "/api/7", "").value(), "/v1/7");
  parse_template("/v1?id={id}", *rules.path);
  EXPECT_EQ(target_for(rules, pattern, "/api/7", "a=1").value(), "/v1?id=7&a=1");
  EXPECT_EQ(describe(rules), "path /v1?id={id}; request: as it is; answer: as it is");
}

}  // namespace
}  // namespace banyan::translate
