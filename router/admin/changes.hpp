// What every change has in common: its body, who asks, and how a refusal is answered. Internal to admin/.
#pragma once

#include "router/admin/api.hpp"

#include <boost/json.hpp>

#include <optional>

namespace banyan::admin {

// The body of a change; an empty one is an empty object. Nothing: it is no JSON object.
std::optional<boost::json::object> body_of(const Api::Call& call);
ApiResponse no_object();
std::string text_of(const boost::json::object& body, const char* key);
bool is_set(const boost::json::object& body, const char* key);
// A token with a name says who acts; the one without a name proves only that somebody could read it, so there the
// caller's word is taken.
Actor actor_of(const boost::json::object& body, const Api::Call& call);
ApiResponse refuse(const ControlError& error);

}  // namespace banyan::admin
