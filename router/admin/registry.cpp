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

}  // namespace

ApiResponse Api::registry(const ApiRequest& request, std::string_view path) const {
  const auto rest = path.substr(std::string_view("/api/v1/upstreams/").size());
  const auto slash = rest.find('/');
  if (slash == rest.npos || rest.substr(slash) != "/endpoints")
    return problem(404, "not found", "expected /api/v1/upstreams/{name}/endpoints");
  Announcement announcement{std::string(rest.substr(0, slash)), {}, {}};
  const auto config = control_.live().snapshot()->config;
  const auto upstream = config->find_upstream(announcement.upstream);
  if (!upstream) return problem(404, "no such upstream", "there is no upstream '" + announcement.upstream + "'");
  if (!config->upstreams[*upstream].registry || !sources_.announce)
    return problem(409, "refused", "upstream '" + announcement.upstream + "' takes no announcements", "say registry: true in the configuration");
  boost::system::error_code error;
  const json::value body = json::parse(request.body, error);
  if (error || !body.is_object()) return problem(400, "bad request", "the body is not a JSON object", "{\"address\": \"10.0.0.7:8080\", \"ttl\": \"10s\"}");
  const auto address = text_at(body.get_object(), "address");
  const auto number = address ? number_of(*address) : std::nullopt;
  if (!number) return at("/address", "expected an address in numbers with a port", "\"10.0.0.7:8080\" or \"[::1]:8080\"");
  announcement.address = *number;
  if (request.method == "DELETE") {
    const bool gone = sources_.withdraw(announcement);
    return {200, "application/json", json::serialize(json::object{{"withdrawn", gone}}) + "\n"};
  }
  const auto ttl = text_at(body.get_object(), "ttl");
  const auto length = ttl ? config::parse_duration(*ttl) : std::nullopt;
  if (!length || *length < shortest || *length > longest) return at("/ttl", "expected a duration from 100ms to 1h", "\"10s\"");
  announcement.ttl = *length;
  const bool added = sources_.announce(announcement);
  return {added ? 201 : 200, "application/json", json::serialize(json::object{{"new", added}, {"ttl_ms", announcement.ttl.count()}}) + "\n"};
}

}  // namespace banyan::admin
