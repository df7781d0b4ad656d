// Statements of many dialects and building styles -> tables and modes.
#include "tests/analyzer/evidence/sql_support.hpp"

#include <gtest/gtest.h>

#include <rapidcheck.h>

namespace banyan::evidence::testing {
namespace {

struct Case {
  std::string_view sql;
  std::string_view touches;
  Resolution resolution = Resolution::resolved;
  Confidence confidence = Confidence::high;
};

constexpr Resolution partial = Resolution::partial;
constexpr Resolution unresolved = Resolution::unresolved;
constexpr Resolution resolved = Resolution::resolved;
constexpr Confidence low = Confidence::low;
constexpr Confidence medium = Confidence::medium;

void check(const Case& row) {
  static const Schema schema = schema_of(shop_schema);
  const SqlResult result = analyze_sql(with_holes(row.sql), schema);
  SCOPED_TRACE(std::string(row.sql) + "\n  reason: " + result.reason);
  EXPECT_EQ(summary(result), row.touches);
  EXPECT_EQ(result.resolution, row.resolution);
  for (const TableAccess& access : result.accesses)
    EXPECT_EQ(access.confidence, row.confidence) << access.table;
}

TEST(Sql, PlainStatements) {
  for (const Case& row : std::initializer_list<Case>{
           {"SELECT id, total FROM orders WHERE id = ?", "R orders"},
           {"select * from orders o join customers c on c.id = o.customer_id", "R customers, R orders"},
           {"SELECT count(*) FROM cart", "R cart"},
           {"SELECT o.id FROM orders AS o, customers AS c WHERE o.customer_id = c.id",
            "R customers, R orders"},
           {"SELECT sku FROM stock WHERE sku IN (SELECT sku FROM order_items WHERE order_id = :id)",
            "R order_items, R stock"},
           {"SELECT (SELECT name FROM customers WHERE id = o.customer_id) FROM orders o",
            "R customers, R orders"},
           {"SELECT id FROM orders UNION ALL SELECT id FROM payments", "R orders, R payments"},
           {"SELECT EXISTS(SELECT 1 FROM cart WHERE sku = @sku)", "R cart"},
           {"INSERT INTO cart (customer_id, sku, quantity) VALUES (?, ?, ?)", "I cart"},
           {"INSERT INTO cart VALUES (?1, ?2, ?3)", "I cart"},
           {"INSERT INTO payments (order_id, amount) SELECT id, total FROM orders WHERE id = ?",
            "I payments, R orders"},
           {"UPDATE orders SET status = 'paid' WHERE id = ?", "U orders"},
           {"UPDATE orders SET total = (SELECT SUM(price) FROM order_items WHERE order_id = orders.id)",
            "R order_items, U orders"},
           {"DELETE FROM cart WHERE customer_id = ?", "D cart"},
           {"DELETE FROM cart WHERE sku NOT IN (SELECT sku FROM stock)", "D cart, R stock"},
           {"DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE status = 'old')",
            "D orders, R orders"},
           {"UPDATE orders SET note = '' WHERE id = ? RETURNING total", "R orders, U orders"},
           {"REPLACE INTO settings (key, value) VALUES (?, ?)", "I settings"},
           {"INSERT OR REPLACE INTO settings (key, value) VALUES ($1, $2)", "I settings"},
           {"SELECT 1; UPDATE cart SET quantity = 0; DELETE FROM payments;", "D payments, U cart"},
           {"  -- newest first\n  SELECT id /* all */ FROM orders", "R orders"},
           {"SELECT name FROM sqlite_master WHERE type = 'table'", ""},
           {"PRAGMA foreign_keys = ON", ""},
           {"BEGIN IMMEDIATE", ""},
       }) {
    check(row);
  }
}

TEST(Sql, ViewsAndTriggersLeadFurther) {
  for (const Case& row : std::initializer_list<Case>{
           {"SELECT id FROM open_orders", "R open_orders, R orders via open_orders"},
           {"UPDATE stock SET on_hand = on_hand - ? WHERE sku = ?", "I movements via stock_moved, U stock"},
           {"UPDATE stock SET reserved = 0", "U stock"},  // the trigger is for on_hand
           {"SELECT c.name FROM open_orders o JOIN customers c ON c.id = o.customer_id",
            "R customers, R open_orders, R orders via open_orders"},
       }) {
    check(row);
  }
}

TEST(Sql, CommonTableExpressionsAreNoTables) {
  for (const Case& row : std::initializer_list<Case>{
           {"WITH big AS (SELECT id FROM orders WHERE total > 100) SELECT * FROM big", "R orders"},
           {"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT i FROM n",
            ""},
           {"WITH old AS (SELECT id FROM orders) DELETE FROM payments WHERE order_id IN (SELECT id FROM old)",
            "D payments, R orders"},
           {"WITH a AS (SELECT sku FROM stock), b AS (SELECT sku FROM a) INSERT INTO cart (sku) SELECT sku "
            "FROM b",
            "I cart, R stock"},
           {"SELECT t.n FROM (SELECT COUNT(*) AS n FROM cart) AS t", "R cart"},
       }) {
    check(row);
  }
}

TEST(Sql, MySql) {
  for (const Case& row : std::initializer_list<Case>{
           {"SELECT `id` FROM `orders` WHERE `status` = \"open\" LIMIT 10, 20", "R orders"},
           {"SELECT SQL_CALC_FOUND_ROWS id FROM orders FORCE INDEX (ix_status) WHERE total > 5", "R orders"},
           {"INSERT IGNORE INTO cart (sku) VALUES ('a')", "I cart"},
           {"INSERT INTO stock (sku, on_hand) VALUES (?, ?) ON DUPLICATE KEY UPDATE on_hand = "
            "VALUES(on_hand)",
            "I movements via stock_moved, I stock, U stock"},
           {"INSERT INTO cart SET sku = ?, quantity = 1", "I cart"},
           {"INSERT cart (sku) VALUES (?)", "I cart"},
           {"REPLACE settings (`key`, value) VALUES (?, ?)", "I settings"},
           {"DELETE LOW_PRIORITY FROM cart WHERE sku = ?", "D cart"},
           {"SELECT id FROM orders WHERE id = ? FOR UPDATE", "R orders"},
           {"SELECT id FROM orders LOCK IN SHARE MODE", "R orders"},
           {"SELECT IF(total > 0, 1, 0), LEFT(note, 3), NOW(), UNIX_TIMESTAMP() FROM orders", "R orders"},
           {"SELECT GROUP_CONCAT(sku SEPARATOR ',') FROM cart", "R cart"},
           {"SELECT id FROM orders WHERE total > NOW() - INTERVAL 1 DAY", "R orders"},
           {"TRUNCATE TABLE cart", "D cart"},
           {"SELECT id FROM shop.orders WHERE shop.orders.total > 1", "R orders"},
           {"SELECT id FROM orders # comment\n WHERE total <=> NULL", "R orders"},
           {"UPDATE orders o JOIN customers c ON c.id = o.customer_id SET o.note = c.name",
            "R customers, U orders", partial, low},
           {"DELETE o FROM orders o JOIN customers c ON c.id = o.customer_id", "D orders, R customers",
            partial, low},
           {"SELECT table_name FROM information_schema.tables", ""},
           {"SHOW TABLES", ""},
       }) {
    check(row);
  }
}

TEST(Sql, PostgresAndSqlServer) {
  for (const Case& row : std::initializer_list<Case>{
           {"SELECT id::text, total::numeric(10,2) FROM public.orders WHERE id = $1::bigint", "R orders"},
           {"SELECT DISTINCT ON (customer_id) id FROM orders ORDER BY customer_id", "R orders"},
           {"SELECT id FROM orders WHERE note ILIKE '%x%' OFFSET 5", "R orders"},
           {"SELECT EXTRACT(EPOCH FROM total) FROM orders", "R orders"},
           {"INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = "
            "EXCLUDED.value",
            "I settings, U settings"},
           {"INSERT INTO settings (key) VALUES ($1) ON CONFLICT ON CONSTRAINT settings_pk DO NOTHING",
            "I settings"},
           {"INSERT INTO orders (total) VALUES ($1) RETURNING id", "I orders, R orders"},
           {"INSERT INTO payments (order_id) SELECT id FROM orders ON CONFLICT DO NOTHING",
            "I payments, R orders"},
           {"UPDATE orders SET note = c.name FROM customers c WHERE c.id = orders.customer_id",
            "R customers, U orders"},
           {"DELETE FROM cart USING stock s WHERE s.sku = cart.sku", "D cart, R stock", partial, low},
           {"SELECT id FROM orders WHERE id = ANY($1)", "R orders"},
           {"SELECT id FROM orders FOR UPDATE OF orders SKIP LOCKED", "R orders"},
           {"SELECT TOP 5 id FROM orders", "R orders"},
           {"SELECT id FROM orders WITH (NOLOCK) WHERE total > 1", "R orders"},
           {"SELECT id FROM orders ORDER BY id OFFSET 5 ROWS FETCH NEXT 5 ROWS ONLY", "R orders"},
           {"SELECT [id] FROM [orders]", "R orders"},
           {"SELECT row_number() OVER (PARTITION BY customer_id ORDER BY id) FROM orders", "R orders"},
           {"SELECT note->>'a' FROM orders", "R orders"},
           {"MERGE INTO stock USING cart ON stock.sku = cart.sku WHEN MATCHED THEN UPDATE SET on_hand = 1",
            "R cart, U stock", partial, low},
           {"SELECT id FROM orders WHERE status IS DISTINCT FROM 'x'", "R orders"},
       }) {
    check(row);
  }
}

TEST(Sql, HolesForValuesLoseNothing) {
  for (const Case& row : std::initializer_list<Case>{
           {"SELECT id FROM orders WHERE id = {{id}}", "R orders", resolved, medium},
           {"SELECT id FROM orders WHERE status = '{{status}}' AND total > {{min}}", "R orders", resolved,
            medium},
           {"SELECT id FROM orders WHERE id IN ({{ids}})", "R orders", resolved, medium},
           {"SELECT id FROM orders WHERE id IN {{ids}}", "R orders", resolved, medium},
           {"INSERT INTO cart (sku, quantity) VALUES ('{{sku}}', {{n}})", "I cart", resolved, medium},
           {"INSERT INTO cart (sku, quantity) VALUES ({{row}})", "I cart", resolved, medium},
           {"INSERT INTO cart (sku, quantity) VALUES {{rows}}", "I cart", resolved, medium},
           {"UPDATE stock SET reserved = reserved + {{n}} WHERE sku = '{{sku}}'", "U stock", resolved,
            medium},
           {"SELECT id FROM orders LIMIT {{limit}} OFFSET {{offset}}", "R orders", resolved, medium},
           {"SELECT id FROM orders WHERE note LIKE '%{{text}}%'", "R orders", resolved, medium},
           {"SELECT id FROM orders WHERE total BETWEEN {{a}} AND {{b}}", "R orders", resolved, medium},
           {"SELECT id FROM orders WHERE id = %d", "R orders", resolved, medium},
           {"UPDATE orders SET total = {{sign}}{{whole}}.{{part}}, note = 'x' WHERE id = {{a}}{{b}}", "U orders",
            resolved, medium},
           {"INSERT INTO cart (sku, quantity) VALUES ('{{sku}}', {{n}}.%02d),", "I cart", resolved, medium},
           {"SELECT id FROM orders WHERE status = '%s' AND id = %lld", "R orders", resolved, medium},
           {"SELECT id FROM orders WHERE id = {} AND total > {:d}", "R orders", resolved, medium},
       }) {
    check(row);
  }
}

TEST(Sql, HolesElsewhereArePartialOrUnresolved) {
  for (const Case& row : std::initializer_list<Case>{
           {"SELECT {{columns}} FROM orders", "R orders", partial, medium},
           {"SELECT id, {{columns}} FROM orders WHERE id = ?", "R orders", partial, medium},
           {"SELECT id FROM orders ORDER BY {{column}} {{direction}}", "R orders", partial, medium},
           {"SELECT id FROM orders ORDER BY total {{direction}}", "R orders", partial, medium},
           {"SELECT id FROM orders {{where}}", "R orders", partial, medium},
           {"SELECT id FROM orders{{where}}", "R orders", partial, medium},
           {"SELECT id FROM orders WHERE {{condition}}", "R orders", partial, medium},
           {"SELECT id FROM orders WHERE total > 1 {{more}}", "R orders", partial, medium},
           {"SELECT id FROM orders WHERE {{column}} = ?", "R orders", partial, medium},
           {"UPDATE orders SET {{column}} = ? WHERE id = ?", "U orders", partial, medium},
           {"UPDATE orders SET {{assignments}} WHERE id = ?", "U orders", partial, medium},
           {"INSERT INTO orders ({{columns}}) VALUES ({{values}})", "I orders", partial, medium},
           {"SELECT id FROM {{table}}", "", unresolved},
           {"SELECT id FROM events_{{year}}", "", unresolved},
           {"SELECT id FROM {{prefix}}orders", "", unresolved},
           {"DELETE FROM `{{table}}` WHERE id = ?", "", unresolved},
           {"UPDATE %s SET a = 1", "", unresolved},
           {"SELECT o.id FROM orders o JOIN {{table}} t ON t.id = o.id", "R orders", partial, medium},
           {"INSERT INTO {{table}} (id) SELECT id FROM orders", "R orders", partial, medium},
           {"SELECT id FROM {{schema}}.orders", "R orders"},
           {"CALL settle({{id}})", "", unresolved},
       }) {
    check(row);
  }
}

TEST(Sql, TablesWithoutSchemaAreLearned) {
  const Schema empty;
  const std::vector<std::pair<std::string_view, std::string_view>> rows = {
      {"SELECT m.Id, m.Name FROM Monitors m LEFT JOIN Events e ON e.MonitorId = m.Id",
       "R Events(MonitorId), R Monitors(Id Name)"},
      {"SELECT Name, Value FROM Config ORDER BY Id", "R Config(Id Name Value)"},
      {"UPDATE Events SET Length = ?, EndTime = NOW() WHERE Id = ?", "U Events(EndTime Length)"},
      {"INSERT INTO Frames (EventId, Score) VALUES (?, ?), (?, ?)", "I Frames(EventId Score)"},
      {"INSERT INTO Stats VALUES (?, ?, ?)", "I Stats"},
      {"SELECT `Name` FROM `Monitors`WHERE `Id` = 7", "R Monitors(Id Name)"},  // a quote ends a name
      {"SELECT Name FROM Monitors, Zones", "R Monitors, R Zones"},  // whose Name?
  };
  for (const auto& [sql, expected] : rows) {
    const SqlResult result = analyze_sql(with_holes(sql), empty);
    EXPECT_EQ(summary(result, true), expected) << sql << "\n" << result.reason;
    for (const TableAccess& access : result.accesses) EXPECT_EQ(access.confidence, Confidence::medium) << sql;
  }
}

TEST(Sql, ColumnsAreNamed) {
  const Schema schema = schema_of(shop_schema);
  const std::vector<std::pair<std::string_view, std::string_view>> rows = {
      {"SELECT id, total FROM orders WHERE status = ?", "R orders(id status total)"},
      {"UPDATE orders SET status = ?, note = ? WHERE id = ?", "U orders(note status)"},
      {"INSERT INTO cart (sku, quantity) VALUES (?, ?)", "I cart(quantity sku)"},
      {"DELETE FROM cart WHERE sku = ?", "D cart"},
      {"SELECT total FROM open_orders",
       "R open_orders(total), R orders(customer_id id status total) via open_orders"},
      {"SELECT {{c}} FROM orders WHERE total > 1", "R orders(total)"},
  };
  for (const auto& [sql, expected] : rows)
    EXPECT_EQ(summary(analyze_sql(with_holes(sql), schema), true), expected) << sql;
}

// What one statement teaches must not change what another says.
TEST(Sql, StatementsDoNotInfluenceEachOther) {
  const Schema empty;
  const SqlResult before = analyze_sql(with_holes("SELECT name FROM a JOIN b"), empty);
  analyze_sql(with_holes("SELECT a.name FROM a"), empty);
  EXPECT_EQ(summary(analyze_sql(with_holes("SELECT name FROM a JOIN b"), empty), true),
            summary(before, true));
}

TEST(Sql, AnyBytesAreAnswered) {
  const Schema schema = schema_of(shop_schema);
  rc::check("no text crashes the analysis", [&](const std::string& text) {
    analyze_sql(with_holes("SELECT id FROM orders WHERE " + text), schema);
    analyze_sql(with_holes(text), schema);
  });
}

}  // namespace
}  // namespace banyan::evidence::testing
