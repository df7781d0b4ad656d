#include "analyzer/evidence/names.hpp"

namespace banyan::evidence {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string without_template_arguments(std::string_view name) {
  std::string out;
  int depth = 0;
  const std::size_t symbol = name.rfind("operator");  // operator<< has no arguments
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool in_operator = symbol != std::string_view::npos && i >= symbol;
    if (name[i] == '<' && !in_operator) ++depth;
    if (depth == 0) out += name[i];
    if (name[i] == '>' && !in_operator && depth > 0) --depth;
  }
  return out;
}

}  // namespace

std::string last_component(std::string_view qualified) {
  std::string name = without_template_arguments(qualified);
  for (const std::string_view separator : {"::", ".", "->"}) {
    const std::size_t at = name.rfind(separator);
    if (at != std::string::npos && name.find("operator") == std::string::npos)
      name = name.substr(at + separator.size());
  }
  if (const std::size_t at = name.rfind("operator"); at != std::string::npos) name = name.substr(at);
  return name;
}

std::vector<std::string> name_words(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_upper(c) && !is_lower(c) && !is_digit(c)) {
      finish();
      continue;
    }
    const bool starts =
        is_upper(c) && i > 0 &&
        (is_lower(name[i - 1]) || (i + 1 < name.size() && is_lower(name[i + 1]) && is_upper(name[i - 1])));
    if (starts) finish();
    word += is_upper(c) ? static_cast<char>(c + 32) : c;
  }
  finish();
  return words;
}

}  // namespace banyan::evidence
