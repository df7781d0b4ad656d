#include "analyzer/report/rows.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace banyan::report {
namespace {

// Width on a terminal: code points, which is right for all text but East Asian.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string on_one_line(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return text;
}

std::string cell_text(const Statement& statement, int column) {
  if (!statement.is_number(column)) return on_one_line(statement.text(column));
  const double value = statement.real(column);
  if (value == static_cast<double>(statement.integer(column)))
    return std::to_string(statement.integer(column));
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.3f", value);
  return buffer;
}

struct Cell {
  std::string text;
  bool number;
};

std::string as_table(Statement& statement) {
  std::vector<std::vector<Cell>> rows(1);
  for (int i = 0; i < statement.columns(); ++i) rows[0].push_back({statement.column_name(i), false});
  while (statement.step()) {
    rows.emplace_back();
    for (int i = 0; i < statement.columns(); ++i)
      rows.back().push_back({cell_text(statement, i), statement.is_number(i)});
  }
  std::vector<std::size_t> widths(rows[0].size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i].text));
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - width(row[i].text), ' ');
      line += (i > 0 ? "  " : "") + (row[i].number ? padding + row[i].text : row[i].text + padding);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out + (rows.size() == 1 ? "(no rows)\n" : "");
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

std::string as_csv(Statement& statement) {
  std::string out;
  for (int i = 0; i < statement.columns(); ++i) out += (i > 0 ? "," : "") + csv_field(statement.column_name(i));
  out += "\r\n";
  while (statement.step()) {
    for (int i = 0; i < statement.columns(); ++i) out += (i > 0 ? "," : "") + csv_field(statement.text(i));
    out += "\r\n";
  }
  return out;
}

std::string as_json(Statement& statement) {
  std::string out = "[";
  bool first = true;
  while (statement.step()) {
    out += std::exchange(first, false) ? "\n  {" : ",\n  {";
    for (int i = 0; i < statement.columns(); ++i) {
      out += (i > 0 ? ", " : "") +
             boost::json::serialize(boost::json::string_view(statement.column_name(i))) + ": ";
      if (statement.is_null(i))
        out += "null";
      else
        out += statement.is_number(i) ? statement.text(i)
                                      : boost::json::serialize(boost::json::string_view(statement.text(i)));
    }
    out += "}";
  }
  return out + (first ? "]\n" : "\n]\n");
}

}  // namespace

std::string format_rows(Statement& statement, Format format) {
  switch (format) {
    case Format::table:
      return as_table(statement);
    case Format::csv:
      return as_csv(statement);
    case Format::json:
      return as_json(statement);
  }
  return {};
}

}  // namespace banyan::report
