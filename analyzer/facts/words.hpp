// Words of identifiers and comments, for the vocabulary. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace banyan::facts {

// HTTPServer_run2 -> http, server, run. Lower case; parts shorter than three letters are dropped.
void add_identifier_words(std::string_view identifier, std::vector<std::string>& words);

// Runs of letters, split like identifiers; links and anything without letters are dropped.
void add_comment_words(std::string_view comment, std::vector<std::string>& words);

}  // namespace banyan::facts
