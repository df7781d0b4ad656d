#include "extracted_services/service/fields.hpp"

#include <gtest/gtest.h>

namespace banyan::service {

struct Inner {
  std::string token;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (token))

struct Sample {
  Bounded<1, 999> quantity;
  std::string sku;
  std::optional<std::int64_t> note;
  List<Inner, 1, 2> items;
};
BOOST_DESCRIBE_STRUCT(Sample, (), (quantity, sku, note, items))

struct Numbers {
  std::optional<Positive> positive;
  std::optional<NonZero<-5, 5>> nonzero;
  std::optional<bool> flag;
};
BOOST_DESCRIBE_STRUCT(Numbers, (), (positive, nonzero, flag))

namespace {

TEST(ReadJson, TakesWhatIsThereAndIgnoresWhatItDoesNotKnow) {
  const auto read =
      read_json<Sample>(R"({"extra":[1,{}],"items":[{"token":"a","x":1}],"sku":"S","quantity":3})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->quantity.value, 3);
  EXPECT_EQ(read->sku, "S");
  EXPECT_EQ(read->note, std::nullopt);
  EXPECT_EQ(read->items.values.at(0).token, "a");
}

struct Wrong {
  const char* body;
  const char* message;
  const char* pointer;
};

class Refused : public testing::TestWithParam<Wrong> {};

TEST_P(Refused, NamesTheFirstWrongMember) {
  const auto read = read_json<Sample>(GetParam().body);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().status, 400);
  EXPECT_EQ(read.error().message, GetParam().message);
  EXPECT_EQ(read.error().pointer, GetParam().pointer);
}

INSTANTIATE_TEST_SUITE_P(
    ReadJson, Refused,
    testing::Values(
        Wrong{"", "body must be a JSON object", ""}, Wrong{"   ", "body must be a JSON object", ""},
        Wrong{"[]", "body must be a JSON object", ""}, Wrong{"null", "body must be a JSON object", ""},
        Wrong{"{\"quantity\":1", "body must be a JSON object", ""},
        Wrong{"{} {}", "body must be a JSON object", ""}, Wrong{"{'a':1}", "body must be a JSON object", ""},
        Wrong{"{}", "quantity is required", "/quantity"},
        Wrong{R"({"quantity":null})", "quantity is required", "/quantity"},
        Wrong{R"({"quantity":"3"})", "quantity must be an integer", "/quantity"},
        Wrong{R"({"quantity":3.0})", "quantity must be an integer", "/quantity"},
        Wrong{R"({"quantity":true})", "quantity must be an integer", "/quantity"},
        Wrong{R"({"quantity":18446744073709551615})", "quantity must be an integer", "/quantity"},
        Wrong{R"({"quantity":1e99})", "quantity must be an integer", "/quantity"},
        Wrong{R"({"quantity":0})", "quantity must be between 1 and 999", "/quantity"},
        Wrong{R"({"quantity":-4,"sku":5})", "quantity must be between 1 and 999", "/quantity"},
        Wrong{R"({"quantity":1000})", "quantity must be between 1 and 999", "/quantity"},
        Wrong{R"({"quantity":1,"sku":5})", "sku must be a string", "/sku"},
        Wrong{R"({"quantity":1,"sku":"a","note":"n","items":[]})", "note must be an integer", "/note"},
        Wrong{R"({"quantity":1,"sku":"a"})", "items is required", "/items"},
        Wrong{R"({"quantity":1,"sku":"a","items":{}})", "items must be an array", "/items"},
        Wrong{R"({"quantity":1,"sku":"a","items":[]})", "items must have 1 to 2 entries", "/items"},
        Wrong{R"({"quantity":1,"sku":"a","items":[{"token":"a"},7]})", "items.1 must be an object",
              "/items/1"},
        Wrong{R"({"quantity":1,"sku":"a","items":[{"token":"a"},{"token":1}]})",
              "items.1.token must be a string", "/items/1/token"}));

TEST(ReadJson, ChecksEveryKindOfNumber) {
  EXPECT_TRUE(read_json<Numbers>(R"({"positive":1,"nonzero":-5,"flag":false})"));
  EXPECT_EQ(read_json<Numbers>(R"({"positive":0})").error().message, "positive must be a positive integer");
  EXPECT_EQ(read_json<Numbers>(R"({"positive":"1"})").error().message, "positive must be a positive integer");
  EXPECT_EQ(read_json<Numbers>(R"({"nonzero":0})").error().message, "nonzero must not be 0");
  EXPECT_EQ(read_json<Numbers>(R"({"nonzero":6})").error().message, "nonzero must be between -5 and 5");
  EXPECT_EQ(read_json<Numbers>(R"({"nonzero":0.5})").error().message, "nonzero must be an integer");
  EXPECT_EQ(read_json<Numbers>(R"({"flag":1})").error().message, "flag must be true or false");
}

TEST(ReadJson, SaysWhereTheTextStopsBeingJson) {
  EXPECT_NE(read_json<Sample>(R"({"quantity":1,})").error().hint.find("at byte"), std::string::npos);
}

TEST(ReadJson, DeepNestingIsRefusedInsteadOfEatingTheStack) {
  EXPECT_FALSE(read_json<Sample>("{\"x\":" + std::string(100'000, '[')));
}

TEST(WriteJson, KeepsTheOrderOfTheStructAndWritesNull) {
  const Sample sample{{2}, "a\"b", std::nullopt, {{{"t"}}}};
  EXPECT_EQ(write_json(sample), R"({"quantity":2,"sku":"a\"b","note":null,"items":[{"token":"t"}]})");
}

TEST(Schema, SaysWhatTheReaderChecks) {
  const auto schema = Field<Sample>::schema();
  EXPECT_EQ(json::serialize(schema.at("required")), R"(["quantity","sku","items"])");
  const auto& properties = schema.at("properties").as_object();
  EXPECT_EQ(json::serialize(properties.at("quantity")), R"({"type":"integer","minimum":1,"maximum":999})");
  EXPECT_EQ(properties.at("items").at("maxItems").to_number<int>(), 2);
}

}  // namespace
}  // namespace banyan::service
