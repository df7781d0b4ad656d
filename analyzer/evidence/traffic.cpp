#include "analyzer/evidence/traffic.hpp"

#include <llvm/Support/JSON.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace banyan::evidence {
namespace {

std::string_view next_segment(std::string_view& rest) {
  if (!rest.empty() && rest.front() == '/') rest.remove_prefix(1);
  const std::string_view segment = rest.substr(0, rest.find('/'));
  rest.remove_prefix(segment.size());
  return segment;
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 1 && segment.front() == '{' && segment.back() == '}';
}

// Digits, or a long run of letters and digits such as a UUID or a hash.
bool looks_like_id(std::string_view segment) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto digits = static_cast<std::size_t>(std::count_if(segment.begin(), segment.end(), digit));
  const bool plain = std::all_of(segment.begin(), segment.end(), [&](char c) {
    return digit(c) || c == '-' || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  return plain && digits > 0 && (digits == segment.size() || segment.size() >= 16 || digits * 2 > segment.size());
}

struct Request {
  std::string method;
  std::string path;
  std::uint64_t status = 0;
  std::uint64_t microseconds = 0;
  std::uint64_t bytes = 0;
};

std::uint64_t number(const llvm::json::Object& object, llvm::StringRef key) {
  const auto value = object.getInteger(key);
  return value && *value > 0 ? static_cast<std::uint64_t>(*value) : 0;
}

bool parse(llvm::StringRef line, Request& request) {
  auto value = llvm::json::parse(line);
  if (!value) return llvm::consumeError(value.takeError()), false;
  const llvm::json::Object* object = value->getAsObject();
  if (object == nullptr) return false;
  const auto method = object->getString("method");
  const auto target = object->getString("target");
  if (!method || !target || !target->starts_with("/")) return false;
  request = {method->str(), target->split('?').first.split('#').first.str(), number(*object, "status"),
             number(*object, "duration_us"), number(*object, "bytes_out")};
  return true;
}

class Weigher {
 public:
  explicit Weigher(Evidence& evidence) : evidence_(evidence) {}

  void add(const AccessLog& log) {
    llvm::StringRef rest(log.text);
    while (!rest.empty()) {
      llvm::StringRef line;
      std::tie(line, rest) = rest.split('\n');
      if (line.trim().empty()) continue;
      Request request;
      if (!parse(line, request)) {
        ++evidence_.traffic_totals.unreadable;
        continue;
      }
      ++evidence_.traffic_totals.requests;
      count(request);
    }
  }

  void finish() {
    for (auto& [key, one] : counts_) evidence_.traffic.push_back(std::move(one));
  }

 private:
  void count(const Request& request) {
    const std::string folded = folded_path(request.path);
    const std::uint32_t route = find(request);
    std::string method = route == no_route ? request.method : evidence_.routes[route].method;
    std::string path = route == no_route ? folded : evidence_.routes[route].path;
    Traffic& one = counts_[{route, method, path}];
    one.route = route;
    one.method = std::move(method);
    one.path = std::move(path);
    ++one.requests;
    one.failures += request.status >= 500 || request.status == 0;
    one.microseconds += request.microseconds;
    one.bytes += request.bytes;
  }

  // Equal targets come in great numbers.
  std::uint32_t find(const Request& request) {
    const auto known = found_.find({request.method, request.path});
    if (known != found_.end()) return known->second;
    std::uint32_t best = no_route;
    std::pair<std::size_t, bool> rank{};
    for (std::uint32_t i = 0; i < evidence_.routes.size(); ++i) {
      const Route& route = evidence_.routes[i];
      const bool own = route.method == request.method || (route.method == "GET" && request.method == "HEAD");
      std::size_t fixed = 0;
      if ((!own && route.method != "*") || !matches_route(route.path, request.path, fixed)) continue;
      const std::pair<std::size_t, bool> candidate{fixed + 1, own};
      if (best == no_route || candidate > rank) best = i, rank = candidate;
    }
    if (found_.size() < most_remembered) found_.emplace(std::make_pair(request.method, request.path), best);
    return best;
  }

  static constexpr std::size_t most_remembered = 100000;
  Evidence& evidence_;
  std::map<std::pair<std::string, std::string>, std::uint32_t> found_;
  std::map<std::tuple<std::uint32_t, std::string, std::string>, Traffic> counts_;
};

}  // namespace

bool matches_route(std::string_view route, std::string_view path, std::size_t& fixed) {
  fixed = 0;
  while (!route.empty() || !path.empty()) {
    const bool slash = route == "/" || path == "/";
    if (slash && (route == path)) return true;
    const std::string_view wanted = next_segment(route);
    if (wanted == "**") return true;
    const bool more = !path.empty();
    const std::string_view given = next_segment(path);
    if (!more || (is_parameter(wanted) ? given.empty() : wanted != given)) return false;
    fixed += is_parameter(wanted) ? 0 : 1;
  }
  return true;
}

std::string folded_path(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::string_view segment = next_segment(path);
    out += '/';
    out += looks_like_id(segment) ? std::string_view("{id}") : segment;
  }
  return out;
}

void weigh_routes(const std::vector<AccessLog>& logs, Evidence& into) {
  Weigher weigher(into);
  for (const AccessLog& log : logs) weigher.add(log);
  weigher.finish();
}

}  // namespace banyan::evidence
