// Why a request was not done, and how it is said. One fault, two ways of saying it: the services' own API
// answers RFC 9457 problem+json; paths taken over from a monolith keep the error JSON their callers already
// know. Pure values; any thread.
#pragma once
#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace banyan::service {

struct Fault {
  Fault() = default;
  Fault(int answered, std::string word, std::string sentence, std::string where = {}, std::string advice = {})
      : status(answered),
        code(std::move(word)),
        message(std::move(sentence)),
        pointer(std::move(where)),
        hint(std::move(advice)) {}

  int status = 500;
  std::string code;           // stable, for programs: "out_of_stock"
  std::string message;        // for people, without a final stop
  std::string pointer;        // RFC 6901, which member of the body is wrong; empty if none
  std::string parameter{};    // or which parameter of path, query or header
  std::string hint;           // said in problem+json only: what would be right
  bool keeps_effect = false;  // what the handler wrote stays: a declined payment is on record
};

template <class T>
using Outcome = boost::system::result<T, Fault>;

// Where a result without a value is read although nobody looked: our bug, answered as 500.
[[noreturn]] void throw_exception_from_error(const Fault& fault, const boost::source_location& where);

Fault bad_request(std::string message, std::string pointer = {});
Fault bad_parameter(std::string name, std::string_view what);  // "limit" + "must be between 1 and 100"
Fault not_found(std::string message);
Fault conflict(std::string code, std::string message);

// How one family of paths says faults.
struct Dialect {
  std::string content_type;
  std::string (*render)(const Fault& fault, std::string_view trace_id);
  boost::json::object (*schema)();  // JSON Schema of what render() writes
};

const Dialect& problem_json();

}  // namespace banyan::service
