#include "extracted_services/service/query.hpp"

#include <gtest/gtest.h>

namespace banyan::service {

struct Listing {
  Flag low;
  std::optional<std::string> warehouse;
  std::optional<Positive> order_id;
  Limit limit;
  Offset offset;
};
BOOST_DESCRIBE_STRUCT(Listing, (), (low, warehouse, order_id, limit, offset))

namespace {

Outcome<Listing> read(const std::string& query) {
  Request request;
  request.target = "/x?" + query;
  return read_query<Listing>(request);
}

TEST(ReadQuery, HasDefaults) {
  const auto listing = read("");
  ASSERT_TRUE(listing);
  EXPECT_EQ(listing->limit.value, 20);
  EXPECT_EQ(listing->offset.value, 0);
  EXPECT_FALSE(listing->low.value);
  EXPECT_EQ(listing->warehouse, std::nullopt);
}

TEST(ReadQuery, DecodesAndTakesTheFirstOfTwo) {
  const auto listing =
      read("warehouse=B%20%2B+1&warehouse=C&low=true&limit=100&offset=7&order_id=3&unknown=%zz");
  ASSERT_TRUE(listing);
  EXPECT_EQ(listing->warehouse, "B + 1");
  EXPECT_TRUE(listing->low.value);
  EXPECT_EQ(listing->limit.value, 100);
  EXPECT_EQ(listing->offset.value, 7);
  EXPECT_EQ(listing->order_id->value, 3);
}

TEST(ReadQuery, RefusesWhatIsNoNumberInRange) {
  for (const char* limit : {"0", "101", "-1", "", "1x", "1.0", " 1", "99999999999999999999"})
    EXPECT_EQ(read(std::string("limit=") + limit).error().message, "limit must be between 1 and 100")
        << limit;
  for (const char* offset : {"-1", "", "x"})
    EXPECT_EQ(read(std::string("offset=") + offset).error().message, "offset must not be negative") << offset;
  for (const char* id : {"0", "-1", "", "x"})
    EXPECT_EQ(read(std::string("order_id=") + id).error().message, "order_id must be a positive integer")
        << id;
}

TEST(ReadAccount, IsOptionalButNotNonsense) {
  Request request;
  EXPECT_EQ(*read_account(request), std::nullopt);
  request.headers = {{"x-account-ID", "42"}};
  EXPECT_EQ(**read_account(request), 42);
  request.headers = {{"X-Account-Id", "zero"}};
  EXPECT_EQ(read_account(request).error().message, "X-Account-Id must be a positive integer");
}

TEST(SplitQuery, KeepsPairsInOrder) {
  const auto pairs = split_query("a=1&&b&=2&c=x=y");
  ASSERT_EQ(pairs.size(), 4u);
  EXPECT_EQ(pairs[1], (std::pair<std::string, std::string>("b", "")));
  EXPECT_EQ(pairs[3], (std::pair<std::string, std::string>("c", "x=y")));
}

TEST(PercentDecode, LeavesBrokenEscapesAlone) {
  EXPECT_EQ(percent_decode("%41%4", true), "A%4");
  EXPECT_EQ(percent_decode("%g1+", true), "%g1 ");
  EXPECT_EQ(percent_decode("+", false), "+");
}

}  // namespace
}  // namespace banyan::service
