// What the words of a definition ("inventory.hold") do in this program. Plain values.
#pragma once
#include "extracted_services/saga/state.hpp"
#include "extracted_services/store/connection.hpp"

#include <boost/json/object.hpp>

#include <functional>
#include <map>
#include <string>
#include <variant>

namespace banyan::saga {

// What a step is given. The same for every attempt, so that every attempt asks for the same thing.
struct Context {
  std::int64_t saga_id = 0;
  std::string key;                                          // of the step; its compensation gets it too
  boost::json::object input;                                // of the saga
  std::map<std::string, boost::json::object, std::less<>> results;  // of the steps that are done, by name
  std::string traceparent;                                  // of the request that began it

  const boost::json::object& result(std::string_view step) const;  // empty if it is not done
};

// A step of the owner itself: runs in the transaction of the saga's own change, in a savepoint that is undone
// unless the verdict is Done.
using Local = std::function<Verdict(store::Connection& db, const Context& context)>;

// A step of another service: what to ask it. POST, JSON; The step's key is added to the body as "key" unless it has one.
struct Request {
  std::string upstream;
  std::string target;
  boost::json::object body;
};
using Remote = std::function<Request(const Context& context)>;

using Participants = std::map<std::string, std::variant<Local, Remote>, std::less<>>;

}  // namespace banyan::saga
