#include "analyzer/report/html_text.hpp"

#include "analyzer/report/words.hpp"

#include <cmath>

namespace banyan::report {

std::string escape(std::string_view text) {
  std::string result;
  for (const char c : text) switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  return result;
}

std::string escape_script(std::string_view json) {
  std::string result;
  for (const char c : json) result += c == '<' ? std::string("\\u003c") : std::string(1, c);
  return result;
}

std::string percent(double share) {
  // 99.96 % must not read as 100 %: something is missing.
  if (share < 1 && share > 0.995) return std::to_string(std::floor(share * 1000) / 10).substr(0, 4) + " %";
  return std::to_string(std::lround(share * 100)) + " %";
}

std::string grouped(std::uint64_t number) {
  auto text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string color_class(std::uint32_t context) {
  return context == graph::none ? "cx" : "c" + std::to_string(context % 12);
}

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return grouped(count) + " " + (count == 1 ? one : many);
}

std::string context_link(const Input& input, std::uint32_t context) {
  if (context == graph::none) return "<span class=none>–</span>";
  const auto& one = input.contexts.contexts[context];
  return "<a class=\"ctx " + color_class(context) + "\" href=\"#ctx-" + escape(one.id) + "\">" +
         escape(one.name) + "</a>";
}

std::string context_mark(const Input& input, std::uint32_t context) {
  if (context == graph::none) return "<span class=none>–</span>";
  return "<span class=\"ctx " + color_class(context) + "\">" + escape(input.contexts.contexts[context].name) +
         "</span>";
}

std::string place(const Input& input, const Location& at, bool with_snippet) {
  auto html = "<code class=at>" + escape(to_string(at)) + "</code>";
  if (!with_snippet || !input.snippet) return html;
  auto line = input.snippet(at);
  line.erase(0, std::min(line.find_first_not_of(" \t"), line.size()));
  return line.empty() ? html : html + " <code class=src>" + escape(line) + "</code>";
}

std::string mode_letters(bool reads, bool writes) {
  if (reads && writes) return "<abbr class=rw title=\"reads and writes\">RW</abbr>";
  if (writes) return "<abbr class=w title=writes>W</abbr>";
  return reads ? "<abbr class=r title=reads>R</abbr>" : "";
}

std::string base64_of_hex(std::string_view hex) {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto nibble = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
  std::string result;
  unsigned bits = 0, count = 0;
  for (const char c : hex) {
    bits = (bits << 4) | nibble(c), count += 4;
    if (count < 6) continue;
    count -= 6;
    result += digits[(bits >> count) & 63];
  }
  if (count > 0) result += digits[(bits << (6 - count)) & 63];
  while (result.size() % 4 != 0) result += '=';
  return result;
}

}  // namespace banyan::report
