// Every write of every service: repeated ten times at once it acts once; asked wrongly it says what is wrong
// and leaves nothing behind.
#include "tests/extracted_services/program/writes.hpp"

#include "extracted_services/store/connection.hpp"
#include "tests/extracted_services/program/fixture.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace banyan::services_test {
namespace {

namespace json = boost::json;

class Writes : public testing::TestWithParam<ServiceWrites> {
 protected:
  // A service of its own, with the rows that the table wants.
  std::unique_ptr<Running> start(const std::string& name) {
    const auto& row = GetParam();
    run_service(row.service, file(name), dir_ / "log")->process().stop();  // makes the tables
    if (!row.rows.empty()) store::open_writer(file(name))->execute(row.rows);
    return run_service(row.service, file(name), dir_ / "log", row.options);
  }
  std::filesystem::path file(const std::string& name) const { return dir_ / (name + ".db"); }

  std::string effects(const std::string& name) const {
    const auto db = store::open_reader(file(name));
    std::string text;
    for (const auto& sql : GetParam().effects) {
      auto row = db->query(sql);
      for (; row.next(); text += "\n")
        for (int i = 0; i < row.statement().getColumnCount(); ++i) text += row.text(i) + " ";
      text += "--\n";
    }
    return text;
  }

  support::TempDir dir_;
};

support::HttpResponse ask(const Running& service, const Write& write, const std::string& key) {
  return service.client().request(write.method, write.target, {{"Idempotency-Key", key}}, write.body);
}

// The answer that stays, after as many refusals "still being worked on" as it takes.
support::HttpResponse ask_until_decided(const Running& service, const Write& write, const std::string& key) {
  support::HttpResponse answer;
  support::eventually([&] {
    answer = ask(service, write, key);
    return answer.header("Retry-After").empty();
  });
  return answer;
}

TEST_P(Writes, NoneOfTheContractIsMissingHere) {
  const auto printed = support::run({program("banyan-" + GetParam().service), "openapi"});
  std::set<std::string> declared, known;
  const auto contract = json::parse(printed.out);
  for (const auto& [path, methods] : contract.at("paths").as_object())
    for (const auto& [method, operation] : methods.as_object())
      if (method != "get") declared.insert(std::string(operation.at("operationId").as_string()));
  for (const auto& write : GetParam().writes) known.insert(write.operation);
  EXPECT_EQ(declared, known);
}

// Two services see the same calls, one of them ten times each at once: they end up with the same.
TEST_P(Writes, TenAtOnceUnderOneKeyActOnce) {
  const auto once = start("once"), often = start("often");
  int number = 0;
  for (const auto& write : GetParam().writes) {
    SCOPED_TRACE(write.operation + " " + write.target);
    const std::string key = "key-" + std::to_string(++number);
    const auto expected = ask_until_decided(*once, write, key);
    ASSERT_EQ(expected.status, write.status) << expected.body;
    std::vector<support::HttpResponse> answers(10);
    std::vector<std::thread> callers;
    for (auto& answer : answers) callers.emplace_back([&] { answer = ask(*often, write, key); });
    for (auto& caller : callers) caller.join();
    for (const auto& answer : answers)
      ASSERT_TRUE(answer.status == expected.status || answer.status == 409) << answer.body;
    EXPECT_EQ(ask_until_decided(*often, write, key).status, expected.status);
    ASSERT_EQ(effects("often"), effects("once"));
  }
}

TEST_P(Writes, WhatIsWrongIsNamedAndNothingIsStored) {
  const auto service = start("one");
  int number = 0;
  for (const auto& write : GetParam().writes) {
    SCOPED_TRACE(write.operation);
    const auto before = effects("one");
    const auto refused = [&](int status, const std::string& target, const std::string& body) {
      const auto answer = service->client().request(write.method, target, {}, body);
      EXPECT_EQ(answer.status, status) << target << " " << body.substr(0, 200) << "\n" << answer.body;
      const bool shop = target.starts_with("/api/");
      EXPECT_EQ(answer.header("Content-Type"), shop ? "application/json" : "application/problem+json");
      return answer;
    };
    for (const auto& [pointer, body] : write.wrong) {
      const auto named = json::parse(refused(400, write.target, body).body);
      EXPECT_EQ(named.at("errors").at(0).at("pointer").as_string(), pointer) << body;
    }
    if (!write.body.empty())
      for (const char* malformed : {"{", "[]", "nonsense", "{\"a\":\"\xff\"}", "{} {}"}) refused(400, write.target, malformed);
    if (!write.unknown.empty()) refused(404, write.unknown, write.body);
    refused(404, "/v2" + write.target.substr(write.target.find('/', 1)), write.body);
    refused(413, write.target, "{\"a\":\"" + std::string(1024 * 1024, 'x') + "\"}");
    ASSERT_EQ(effects("one"), before);
    // Now that it was refused in every way, it works: the refusals were not about something else.
    const auto worked = ask_until_decided(*service, write, "key-" + std::to_string(++number));
    ASSERT_EQ(worked.status, write.status) << worked.body;
  }
}

const auto service_of = [](const testing::TestParamInfo<ServiceWrites>& row) { return row.param.service; };
INSTANTIATE_TEST_SUITE_P(Services, Writes, testing::ValuesIn(all_writes()), service_of);

}  // namespace
}  // namespace banyan::services_test
