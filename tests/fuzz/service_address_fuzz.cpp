// Short texts from outside that a service compares or takes apart: If-None-Match, addresses, topics.
#include "extracted_services/client/client.hpp"
#include "extracted_services/event_log/envelope.hpp"
#include "extracted_services/service/etag.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace banyan;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string tag = service::etag_of(text);
  // Whatever else stands in the list: a tag that is only in it is named, one that is nowhere in it is not.
  if (!service::names_etag(tag, tag) || !service::names_etag("W/" + tag, tag)) std::abort();
  if (service::names_etag(text, tag) && text.find(tag) == text.npos && text.find('*') == text.npos) std::abort();
  if (const auto upstream = client::parse_upstream(text)) {
    if (upstream->port == 0) std::abort();
    const auto again = client::parse_upstream(upstream->host + ":" + std::to_string(upstream->port));
    if (!again || again->host != upstream->host || again->port != upstream->port) std::abort();
  }
  if (event_log::is_topic(text) && (text.empty() || text.size() > 64)) std::abort();
  return 0;
}
