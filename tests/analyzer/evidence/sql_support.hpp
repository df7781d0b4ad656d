// A shop's schema, and short words for what a statement touches: "R orders, U stock".
#pragma once

#include "analyzer/evidence/sql.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace banyan::evidence::testing {

inline constexpr std::string_view shop_schema = R"(
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), status TEXT, total INTEGER, note TEXT);
CREATE TABLE order_items (order_id INTEGER, sku TEXT, quantity INTEGER, price INTEGER, FOREIGN KEY (order_id) REFERENCES orders(id));
CREATE TABLE stock (sku TEXT PRIMARY KEY, on_hand INTEGER, reserved INTEGER);
CREATE TABLE payments (id INTEGER PRIMARY KEY, order_id INTEGER, amount INTEGER);
CREATE TABLE movements (id INTEGER PRIMARY KEY, sku TEXT, delta INTEGER);
CREATE TABLE cart (customer_id INTEGER, sku TEXT, quantity INTEGER);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT);
CREATE VIEW open_orders AS SELECT id, customer_id, total FROM orders WHERE status = 'open';
CREATE TRIGGER stock_moved AFTER UPDATE OF on_hand ON stock FOR EACH ROW
BEGIN
  INSERT INTO movements (sku, delta) VALUES (NEW.sku, NEW.on_hand - OLD.on_hand);
END;
)";

inline Schema schema_of(std::string_view ddl) {
  Schema schema;
  for (const Tokens& statement : split_statements(tokenize(ddl))) schema.add(statement, {"schema.sql", 1, 1});
  schema.finish();
  return schema;
}

// `{{x}}` in the text is a hole filled by x.
inline SqlString with_holes(std::string_view text) {
  SqlString sql;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t end = text.substr(i, 2) == "{{" ? text.find("}}", i) : std::string_view::npos;
    if (end == std::string_view::npos) {
      sql.text += text[i];
      continue;
    }
    sql.text += hole_mark(sql.holes.size());
    sql.holes.emplace_back(text.substr(i + 2, end - i - 2));
    i = end + 1;
  }
  return sql;
}

inline std::string letter(AccessMode mode) {
  static const std::map<AccessMode, std::string> letters = {{AccessMode::read, "R "},
                                                            {AccessMode::insert, "I "},
                                                            {AccessMode::update, "U "},
                                                            {AccessMode::remove, "D "}};
  return letters.at(mode);
}

// Sorted: "R orders(id total), U stock(on_hand) via x"; without columns when `columns` is false.
inline std::string summary(const SqlResult& result, bool columns = false) {
  std::map<std::string, std::set<std::string>> by_table;
  for (const TableAccess& access : result.accesses) {
    const std::string via = access.via.empty() ? "" : " via " + access.via;
    auto& list = by_table[letter(access.mode) + access.table + '|' + via];
    if (!access.column.empty()) list.insert(access.column);
  }
  std::string out;
  for (const auto& [key, names] : by_table) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "(" : " ") + name;
    if (!list.empty()) list += ")";
    std::string text = key;
    text.replace(text.find('|'), 1, columns ? list : "");
    out += (out.empty() ? "" : ", ") + text;
  }
  return out;
}

}  // namespace banyan::evidence::testing
