// The strict walk: takes a tree apart key by key and notes every mistake with its place. Internal to config/.
#pragma once

#include "router/config/load.hpp"
#include "router/config/yaml_tree.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::config {

class Context {
 public:
  Context(std::string_view text, std::string file);

  void error(const Place& place, std::string message, std::string hint = "");
  // "expected WHAT, found ..." at the value.
  void expected(const Value& value, const std::string& what, std::string hint = "");
  std::string line_text(std::uint32_t line) const;
  const std::string& file() const { return file_; }
  bool failed() const { return !diagnostics_.empty(); }
  std::size_t count() const { return diagnostics_.size(); }
  std::vector<Diagnostic> take();  // sorted by place

 private:
  std::string file_;
  std::vector<std::string> lines_;
  std::vector<Diagnostic> diagnostics_;
};

// One mapping being read. Reports a value that is no mapping, keys that are no plain names, and duplicates at
// once; unknown keys when it goes out of scope, against all keys that were asked for.
class Mapping {
 public:
  Mapping(Context& context, const Value& value, std::string path);
  ~Mapping();
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  // The value of a key, or nullptr.
  const Value* find(const std::string& key);
  // As find(), and an error when it is missing.
  const Value* require(const std::string& key, const std::string& what);
  bool valid() const { return value_.kind == Value::Kind::mapping; }
  const std::string& path() const { return path_; }
  const Value& value() const { return value_; }

 private:
  void check_keys();
  void report_unknown();

  Context& context_;
  const Value& value_;
  std::string path_;
  std::vector<std::string> asked_;
};

// Each reads one scalar into `out`, or reports and leaves it alone. A missing value (nullptr) is left alone
// as well.
bool read(Context& context, const Value* value, std::string& out, const std::string& what);
bool read(Context& context, const Value* value, bool& out);
bool read(Context& context, const Value* value, milliseconds& out);
bool read(Context& context, const Value* value, Address& out, bool port_zero_allowed);
bool read_size(Context& context, const Value* value, std::uint64_t& out);
bool read_count(Context& context, const Value* value, std::uint32_t& out, std::uint32_t least,
                std::uint32_t most);
bool read_share(Context& context, const Value* value, double& out);
// A list, or one value standing for a list of one.
void each_item(const Value* value, const std::function<void(const Value&)>& take);
bool is_name(std::string_view text);

}  // namespace banyan::config
