// The translation of one exchange: what of it has to stay in memory until the exchange is over. Made only for requests
// whose cutover declares one and that go to the new side.
#pragma once
#include "router/http/request.hpp"
#include "router/proxy/body_collector.hpp"
#include "router/translate/translation.hpp"

#include <string>
#include <string_view>

namespace banyan::proxy {

struct Translated {
  const translate::Translation* rules = nullptr;  // null: the request went to legacy after all
  std::string target;
  std::string body;    // in place of the one on the connection, when `held`
  std::string length;
  bool held = false;
  bool answer_json = false;
  bool answer_coded = false;
  std::uint64_t received = 0;
  BodyCollector answer;
};

// Target and fields of `request` as the service is to see them; `target` keeps the bytes. False: no such path can be
// asked for. The body is left alone.
bool translate_head(const translate::Translation& rules, const matching::PathPattern& pattern, bool new_body,
                    http::RequestHead& request, std::string& target);

// An answer that was read as a whole. `headers`: name '\0' value '\0' ...
struct WholeAnswer {
  std::string content_type;
  std::string headers;
  std::string body;
};
// In place; false when the rules refuse it.
bool translate_answer(const translate::Translation& rules, bool has_body, WholeAnswer& answer);

}  // namespace banyan::proxy
