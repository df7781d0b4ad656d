// What a Differ knows, for people and programs. Pure; any thread that owns the Differ.
#pragma once

#include "router/compare/differ.hpp"

#include <string>

namespace banyan::compare {

// A JSON object: "counts", "groups" (with rate and its 99 % bounds, sample and request), "noise".
std::string report_json(const Differ& differ);
// The same as text, from that JSON.
std::string report_text(const std::string& json, const std::string& cutover);

}  // namespace banyan::compare
