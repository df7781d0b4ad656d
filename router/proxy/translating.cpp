// How an exchange is translated: the request before it is let in to the upstream, the answer while it is relayed.
#include "router/proxy/exchange.hpp"

#include "router/http/characters.hpp"

#include <algorithm>
#include <utility>

namespace banyan::proxy {

using translate::JsonErrc;
using translate::OnFailure;

namespace {

constexpr Fault bad_target{400, "translate-failed", "no path of the service can be made from this one", 0, {}};
constexpr Fault coded_request{400, "translate-failed", "the body is encoded and cannot be translated", 0, {}};
constexpr Fault long_request{413, "translate-too-large", "the request body is larger than a body that is translated may be", 0, {}};
constexpr Fault late_request{408, "body-timeout", "the request body did not arrive in time", 0, {}};
constexpr Fault bad_chunks{400, "bad-chunk", "the chunked request body is malformed", 0, {}};
constexpr Fault long_answer{502, "translate-too-large", "the upstream's answer is larger than a body that is translated may be", 0, {}};
constexpr Fault cut_answer{502, "upstream-closed", "the upstream closed the connection in the middle of its answer", 0, {}};
constexpr Fault bad_answer{502, "bad-answer", "the upstream's chunked body is malformed", 0, {}};

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

std::string_view header(const http::Fields& fields, std::string_view name) {
  for (const auto& field : fields)
    if (!field.dropped && http::iequals(field.name, name)) return field.value;
  return {};
}

bool coded(const http::Fields& fields) {
  const auto coding = header(fields, "content-encoding");
  return !coding.empty() && !http::iequals(coding, "identity");
}

// Where nothing is said there is nothing to translate.
JsonErrc translate_body(const translate::JsonMap& map, std::string& body) {
  return body.empty() ? JsonErrc::ok : translate::apply(map, body, body);
}

Fault failed(int status, JsonErrc error) { return {status, "translate-failed", translate::describe(error), 0, {}}; }

}  // namespace

const translate::Translation* Exchange::translation() const {
  if (decision_.side != routing::Side::new_side) return nullptr;
  return view_->config().cutovers[decision_.cutover].translate.get();
}

Task<Exchange::Door> Exchange::translate_request(const translate::Translation& rules) {
  translated_ = std::make_unique<Translated>();
  translated_->rules = &rules;
  const bool wanted = !rules.request_json.empty() && request_.framing.kind != http::Framing::Kind::none &&
                      translate::is_json_type(header(request_.fields, "content-type"));
  bool new_body = false;
  if (wanted) {
    const auto door = co_await hold_body(rules.max_body);
    if (door != Door::open) co_return door;
    auto& body = translated_->body;
    const auto error = coded(request_.fields) ? JsonErrc::not_json : translate_body(rules.request_json, body);
    new_body = error == JsonErrc::ok;
    if (!new_body && rules.request_failure == OnFailure::refuse) {
      fault_ = coded(request_.fields) ? coded_request : failed(400, error);
      co_return Door::closed;
    }
    if (!new_body && rules.request_failure == OnFailure::legacy) go_to_legacy();
    name_held_length();
  }
  const auto& pattern = view_->config().rules.rules()[decision_.rule].path;
  if (translated_->rules != nullptr && !translate_head(rules, pattern, new_body, request_, translated_->target)) {
    fault_ = bad_target;
    co_return Door::closed;
  }
  co_return Door::open;
}

// Takes the whole body off the client's connection. Open: it is in translated_->body.
Task<Exchange::Door> Exchange::hold_body(std::uint64_t most) {
  const auto limit = worker_.fixed().limits.body_bytes;
  BodyCollector collector;
  collector.begin(client(), request_.framing, limit == 0 ? most : std::min(most, limit));
  if (request_.expects_continue && request_.minor == 1 && collector.state() == BodyCollector::State::reading) {
    const iovec part{const_cast<char*>(go_on.data()), go_on.size()};
    client().send({&part, 1});
  }
  auto seen = client().received();
  session_->set_deadline(worker_.fixed().timeouts.body);
  while (collector.step() == BodyCollector::State::reading && !session_->timed_out() && !session_->aborted()) {
    if (std::exchange(seen, client().received()) != client().received()) session_->set_deadline(worker_.fixed().timeouts.body);
    co_await session_->event().wait();
  }
  const bool late = session_->timed_out();
  session_->clear_timeout();
  translated_->received = collector.body().size();
  switch (collector.state()) {
    case BodyCollector::State::done:
      translated_->body = std::move(collector.body());
      translated_->held = true;
      co_return Door::open;
    case BodyCollector::State::too_large:
      fault_ = long_request;
      co_return Door::closed;
    case BodyCollector::State::faulty:
      fault_ = bad_chunks;
      co_return Door::closed;
    default:
      break;
  }
  fault_ = late_request;
  if (late && !client_lost()) co_return Door::closed;
  answer_class_ = telemetry::AnswerClass::client_gone;
  co_return Door::gone;
}

// What is held has a length, however it came, and nobody needs to be asked for it.
void Exchange::name_held_length() {
  auto& fields = request_.fields;
  for (auto& field : fields) field.dropped |= field.id == http::FieldId::content_length || field.id == http::FieldId::expect;
  translated_->length = std::to_string(translated_->body.size());
  fields.push_back({"Content-Length", translated_->length, http::FieldId::content_length, false});
  request_.framing = {};
  request_.expects_continue = false;
}

// Nobody has seen the request yet, so it may still go the other way, as it came.
void Exchange::go_to_legacy() {
  translated_->rules = nullptr;
  series_->inflight.add(-1);
  decision_.side = routing::Side::legacy;
  decision_.reason = routing::Reason::untranslatable;
  decision_.upstream = view_->config().cutovers[decision_.cutover].from;
  series_ = &worker_.series(*view_, decision_.cutover, decision_.side);
  series_->inflight.add(1);
  has_key_ = false;
  if (target().balance.kind == resilience::Balance::hash) find_hash_key(request_view());
}

// True: the answer's body is collected first.
bool Exchange::translate_answer_head() {
  auto& t = *translated_;
  const auto kind = translate::translate_answer_fields(*t.rules, response_.fields);
  t.answer_json = kind.json && response_.status >= 200;
  t.answer_coded = kind.coded;
  if (!t.answer_json) return false;
  const bool body = response_.framing.kind != http::Framing::Kind::none && !kind.coded;
  const bool refused = kind.coded && t.rules->answer_failure != OnFailure::pass && request_.method != "HEAD";
  if (refused) fault({502, "translate-failed", "the upstream's answer is encoded and cannot be translated", 0, {}});
  // The length of what will not be sent is not known; the answer to HEAD leaves it out (RFC 9110 9.3.2).
  if (request_.method == "HEAD" || body)
    for (auto& field : response_.fields) field.dropped |= field.id == http::FieldId::content_length;
  return body && !refused;
}

void Exchange::collect_answer() {
  auto& t = *translated_;
  switch (t.answer.step()) {
    case BodyCollector::State::reading:
      return;
    case BodyCollector::State::done:
      return finish_translated_answer();
    case BodyCollector::State::too_large:
      fault(long_answer);
      return;
    case BodyCollector::State::cut:
      fault(cut_answer);
      return;
    case BodyCollector::State::faulty:
      fault(bad_answer);
      return;
  }
}

void Exchange::finish_translated_answer() {
  auto& t = *translated_;
  auto& body = t.answer.body();
  const auto error = translate_body(t.rules->answer_json, body);
  if (error != JsonErrc::ok && t.rules->answer_failure == OnFailure::refuse) {
    fault(failed(502, error));
    return;
  }
  answer_out_.put("Content-Length: ");
  answer_out_.put_number(body.size());
  answer_out_.put("\r\n\r\n");
  answer_out_.put(body);
  phase_ = Phase::body;
  down_.begin(upstream(), client(), {}, false, answer_out_.view());
}

}  // namespace banyan::proxy
