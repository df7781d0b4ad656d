// C++ types as JSON schemas. Internal to report/.
#pragma once

#include "analyzer/advice/cpp_type.hpp"
#include "analyzer/advice/seam_api.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <string>

namespace banyan::report {

class SeamSchemas {
 public:
  SeamSchemas(const advice::SeamApi& api, const advice::SymbolIndex& index);

  boost::json::object schema(const advice::CppType& type, int depth = 0) const;
  boost::json::object components() const;
  bool optional(const advice::CppType& type) const;  // may be left out

 private:
  boost::json::object named(const advice::CppType& type, int depth) const;
  boost::json::object of_library(const advice::CppType& type, const std::string& last, int depth) const;
  boost::json::object record(const advice::SeamType& type) const;

  const advice::SeamApi& api_;
  const advice::SymbolIndex& index_;
  std::map<std::string, std::string> keys_;  // qualified name -> name under components/schemas
};

}  // namespace banyan::report
