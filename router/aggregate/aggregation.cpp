#include "router/aggregate/aggregation.hpp"

#include "router/translate/document.hpp"
#include "router/translate/translation.hpp"

namespace banyan::aggregate {
namespace {

bool about_the_caller(int status) { return status == 401 || status == 403 || status == 404 || status == 410; }

void put_member(std::string& out, std::string_view name, std::string_view value) {
  out += out.empty() ? '{' : ',';
  out += translate::quoted(name);
  (out += ':') += value;
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return "ok";
    case Outcome::failed:
      return "failed";
    case Outcome::timed_out:
      return "timed_out";
    case Outcome::cancelled:
      return "cancelled";
  }
  return "?";
}

PartResult read_part(int status, std::string_view content_type, std::string body) {
  if (status != 200) return {Outcome::failed, status, "its status is not 200", {}};
  if (!translate::is_json_type(content_type)) return {Outcome::failed, status, "its type is not application/json", {}};
  if (!translate::is_json(body)) return {Outcome::failed, status, "its body is not valid JSON", {}};
  return {Outcome::ok, status, {}, std::move(body)};
}

std::optional<Failure> judge(const Aggregation& aggregation, std::span<const PartResult> results) {
  const Part* first = nullptr;
  const PartResult* found = nullptr;
  for (std::size_t i = 0; i < aggregation.parts.size(); ++i) {
    if (!aggregation.parts[i].required || results[i].outcome == Outcome::ok) continue;
    // What was given up because another part had failed explains nothing.
    if (found != nullptr && (found->outcome != Outcome::cancelled || results[i].outcome == Outcome::cancelled)) continue;
    first = &aggregation.parts[i];
    found = &results[i];
  }
  if (found == nullptr) return std::nullopt;
  Failure failure{502, "part-failed", first->name, "part '" + first->name + "' of '" + aggregation.name + "': "};
  if (found->outcome == Outcome::timed_out) failure.status = 504, failure.word = "part-timeout";
  if (about_the_caller(found->status)) failure.status = found->status, failure.word = "part-refused";
  failure.detail += found->why;
  if (found->status != 0 && found->status != 200) failure.detail += " but " + std::to_string(found->status);
  return failure;
}

Composed compose(const Aggregation& aggregation, std::span<const PartResult> results) {
  Composed out;
  std::string names;
  for (std::size_t i = 0; i < aggregation.parts.size(); ++i) {
    const Part& part = aggregation.parts[i];
    const bool whole = results[i].outcome == Outcome::ok;
    put_member(out.body, part.name, whole ? results[i].body : part.fallback);
    if (whole) continue;
    (out.missing += out.missing.empty() ? "" : ", ") += part.name;
    (names += names.empty() ? "" : ",") += translate::quoted(part.name);
  }
  if (!aggregation.missing_key.empty()) put_member(out.body, aggregation.missing_key, "[" + names + "]");
  out.body += '}';
  return out;
}

}  // namespace banyan::aggregate
