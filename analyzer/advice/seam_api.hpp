// What one context would have to offer another if a process border ran between them: the functions that are
// called across, the types that go with them, and what cannot cross at all and why.
//
//   contexts::Seam + facts -> SeamApi -> facade header (seam_facade.cpp), OpenAPI draft (report/seam_openapi)
//
// Pure and deterministic. Operations are what is called on functions and on live objects of the other side;
// what is called on values (records without private data, or handed over by value) travels with the value.
#pragma once

#include "analyzer/advice/findings.hpp"
#include "analyzer/advice/symbol_index.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace banyan::advice {

struct SeamOperation {
  std::string name;   // qualified
  std::string owner;  // qualified record whose object it needs or whose static it is; else the namespace
  bool of_record = false;
  facts::Signature signature;
  std::uint64_t calls = 0;
  std::vector<Location> sites;  // a sample, sorted
};

struct SeamType {
  std::string name;  // qualified
  std::string usr;
  bool enumeration = false;
  struct Member {
    std::string name;
    std::string type;
  };
  std::vector<Member> members;  // fields or enumerators, as declared
  std::vector<std::string> bases;
  Location at;
};

struct CannotCross {
  std::string kind;  // raw-pointer, callback, stream, iterator, out-parameter, live-object, reference-result,
                     // untyped-memory, shared-ownership, process-local, view-result, template, variadic, hidden,
                     // mutable-global, inheritance, constructs, direct-data, macro, sql, unknown-type, no-header
  std::string what;  // qualified name, with the parameter or member
  std::string why;
  Location at;                  // of the declaration, else of the first use
  std::vector<Location> sites;  // where it is used across, a sample
  auto operator<=>(const CannotCross&) const = default;
};

struct SeamApi {
  std::string from, to;  // names of the contexts
  std::vector<SeamOperation> operations;  // by owner, name and place
  std::vector<SeamType> types;            // by name
  std::vector<CannotCross> cannot_cross;  // sorted, unique
};

SeamApi seam_api(const Subject& subject, const SymbolIndex& index, const contexts::Seam& seam);

// Ports (pure virtual) and adapters that call the code as it stands, as one header that compiles with the flags
// of the program. Functions that no port can offer are left out; cannot_cross says why.
std::string facade_header(const SeamApi& api, const SymbolIndex& index);

// A name for files and namespaces: orders-to-payments.
std::string seam_name(const SeamApi& api);

}  // namespace banyan::advice
