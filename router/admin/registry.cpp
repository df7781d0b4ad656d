// Endpoints that announce themselves: POST {"address": "10.0.0.7:8080", "ttl": "10s"} again and again, each time before
// the lease ends; DELETE {"address": ...} to go at once. Kept in memory only: after a restart they announce themselves.
#include "router/admin/views.hpp"
#include "router/config/units.hpp"

#include <boost/asio/ip/address.hpp>

namespace banyan::admin {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr milliseconds shortest{100};
constexpr milliseconds longest{3'600'000};

ApiResponse at(std::string_view pointer, std::string_view what, std::string_view hint) {
  return problem(400, "bad request", std::string(pointer) + ": " + std::string(what), hint);
}

std::optional<std::string> text_at(const json::object& body, const char* key) {
  const auto* value = body.if_contains(key);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

// Numbers only: a name would have to be looked up, and might say something else tomorrow.
std::optional<config::Address> number_of(const std::string& text) {
  auto address = config::parse_address(text);
  if (!address || address->port == 0) return std::nullopt;
  boost::system::error_code error;
  boost::asio::ip::make_address(address->host, error);
  return error ? std::nullopt : address;
}

// Who announces what; or why not.
struct Heard {
  std::optional<ApiResponse> refusal;
  Announcement announcement;
  json::object body;
};

Heard hear(const config::Config& config, const Api::Call& call, bool takes) {
  Heard heard{std::nullopt, {call.name, {}, {}}, {}};
  const auto upstream = config.find_upstream(call.name);
  if (!upstream) {
    heard.refusal = problem(404, "no such upstream", "there is no upstream '" + call.name + "'");
    return heard;
  }
  if (!config.upstreams[*upstream].registry || !takes) {
    heard.refusal = problem(409, "refused", "upstream '" + call.name + "' takes no announcements",
                            "say registry: true in the configuration");
    return heard;
  }
  boost::system::error_code error;
  const json::value body = json::parse(call.request.body, error);
  if (error || !body.is_object()) {
    heard.refusal = problem(400, "bad request", "the body is not a JSON object",
                            "{\"address\": \"10.0.0.7:8080\", \"ttl\": \"10s\"}");
    return heard;
  }
  heard.body = body.get_object();
  const auto address = text_at(heard.body, "address");
  const auto number = address ? number_of(*address) : std::nullopt;
  if (!number) {
    heard.refusal = at("/address", "expected an address in numbers with a port",
                            "\"10.0.0.7:8080\" or \"[::1]:8080\"");
    return heard;
  }
  heard.announcement.address = *number;
  return heard;
}

}  // namespace

ApiResponse Api::announce(const Call& call) const {
  Heard heard = hear(*control_.live().snapshot()->config, call, bool(sources_.announce));
  if (heard.refusal) return *heard.refusal;
  const auto ttl = text_at(heard.body, "ttl");
  const auto length = ttl ? config::parse_duration(*ttl) : std::nullopt;
  if (!length || *length < shortest || *length > longest) return at("/ttl", "expected a duration from 100ms to 1h", "\"10s\"");
  heard.announcement.ttl = *length;
  const bool added = sources_.announce(heard.announcement);
  ApiResponse answer = json_answer(json::object{{"new", added}, {"ttl_ms", length->count()}});
  answer.status = added ? 201 : 200;
  return answer;
}

ApiResponse Api::withdraw(const Call& call) const {
  const Heard heard = hear(*control_.live().snapshot()->config, call, bool(sources_.withdraw));
  if (heard.refusal) return *heard.refusal;
  return json_answer(json::object{{"withdrawn", sources_.withdraw(heard.announcement)}});
}

}  // namespace banyan::admin
