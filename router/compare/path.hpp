// The small JSON path language of `compare:` rules: $ then .name, ['name'], [n], [*], .* or ..name. Pure; any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::compare {

// One step of a place in a document: a member's name, or an array index.
struct Step {
  bool is_index = false;
  std::size_t index = 0;
  std::string_view name;
};

// "$.items[2]['odd name']"
std::string render(const std::vector<Step>& place);
// The same without numbers: "$.items[*]['odd name']"
std::string render_shape(const std::vector<Step>& place);

class PathPattern {
 public:
  explicit PathPattern(std::string_view text);
  bool matches(const std::vector<Step>& place) const;
  // Without a closing [*], so that "$.items[*]" names the array as "$.items" does.
  PathPattern container() const;
  const std::string& problem() const { return problem_; }

 private:
  enum class Kind : std::uint8_t { name, index, any_member, any_index, descend };
  struct Token {
    Kind kind;
    std::size_t index = 0;
    std::string name;
  };
  PathPattern() = default;
  std::size_t parse_bracket(std::string_view text, std::size_t at);
  std::size_t parse_dot(std::string_view text, std::size_t at);
  bool match_from(std::size_t token, const std::vector<Step>& place, std::size_t step) const;

  std::vector<Token> tokens_;
  std::string problem_;
};

// Empty when the text is a usable path; else what is wrong with it.
std::string path_problem(std::string_view text);

}  // namespace banyan::compare
