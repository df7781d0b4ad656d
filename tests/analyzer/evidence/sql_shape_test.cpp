// Which texts read as SQL: by grammar, not by a first word.
#include "analyzer/evidence/sql_shape.hpp"

#include "tests/analyzer/evidence/sql_support.hpp"

#include <gtest/gtest.h>

namespace banyan::evidence::testing {
namespace {

Shape shape(std::string_view text) {
  const SqlString sql = with_holes(text);
  return shape_of(tokenize(sql.text, sql.holes));
}

TEST(SqlShape, Statements) {
  for (const std::string_view text : {
           "SELECT id, total FROM orders WHERE id = ?",
           "select * from orders o join customers c on c.id = o.customer_id",
           "SELECT count(*) FROM cart",
           "SELECT COUNT(*) FILTER (WHERE total > 1) AS many, max(x) FROM cart GROUP BY sku HAVING max(x) > 2",
           "SELECT EXISTS(SELECT 1 FROM cart WHERE sku = @sku)",
           "SELECT CASE WHEN a = 1 THEN 'x' ELSE 'y' END AS kind FROM t ORDER BY kind DESC LIMIT 5, 10",
           "SELECT `Id`, `Name` FROM `Monitors` WHERE `Function` != 'None' AND NOT (`Id` IN (1,2))",
           "SELECT * FROM Frames WHERE EventId = %d AND FrameId > %d ORDER BY FrameId LIMIT 1",
           "SELECT max(`FrameId`)-1 FROM Frames WHERE EventId=%llu AND TimeStamp <= from_unixtime( %ld )",
           "SELECT UNIX_TIMESTAMP(StartDateTime)+{{x}} FROM Events WHERE Id={{id}} AND a BETWEEN 1 AND -2",
           "SELECT id::text FROM public.orders WHERE note->>'a' LIKE 'x%' ESCAPE '\\' FOR UPDATE",
           "SELECT a FROM t WHERE d > NOW() - INTERVAL 3 DAY UNION ALL SELECT b FROM u",
           "select name from records where ordername ~<=~ $1 order by 1 using ~<~ limit 1",
           "SELECT TOP 5 id FROM orders WITH (NOLOCK)",
           "(SELECT a FROM t) UNION (SELECT b FROM u)",
           "INSERT INTO cart VALUES (?1, ?2, ?3)",
           "INSERT INTO Frames (EventId, Score) VALUES (?, ?), (?, ?)",
           "INSERT INTO Frames ( EventId ) VALUES ",
           "INSERT IGNORE INTO t SET a = 1, b = 'x'",
           "INSERT INTO t (a) SELECT b FROM u ON CONFLICT DO NOTHING",
           "REPLACE INTO settings (key, value) VALUES (?, ?)",
           "UPDATE stock SET reserved = reserved + {{n}}, x='{{y}}' WHERE sku = '{{sku}}'",
           "UPDATE Monitors SET ",
           "UPDATE orders SET {{assignments}} WHERE id = ?",
           "UPDATE orders o JOIN customers c ON c.id = o.customer_id SET o.note = c.name",
           "DELETE FROM cart WHERE customer_id = ?",
           "DELETE FROM shop.cart",
           "DELETE a, b FROM a JOIN b USING (id)",
           "WITH RECURSIVE n(i) AS (SELECT 1) SELECT i FROM n",
           "CREATE TABLE IF NOT EXISTS x (id INTEGER)",
           "CREATE UNIQUE INDEX i ON t (a)",
           "CREATE DEFINER=`root`@`localhost` TRIGGER t AFTER INSERT ON x FOR EACH ROW DELETE FROM y",
           "DROP TABLE IF EXISTS a, b",
           "ALTER TABLE t ADD COLUMN c TEXT",
           "TRUNCATE TABLE t",
           "PRAGMA journal_mode = WAL",
           "MERGE INTO stock USING cart ON stock.sku = cart.sku WHEN MATCHED THEN UPDATE SET on_hand = 1",
           "EXPLAIN QUERY PLAN SELECT a FROM t",
           "CALL settle(1, 'x')",
           "BEGIN IMMEDIATE",
       }) {
    EXPECT_EQ(shape(text), Shape::yes) << text;
  }
}

// What log lines, usage texts, menu entries and protocol words look like, capitals or not.
TEST(SqlShape, OtherTexts) {
  for (const std::string_view text : {
           "Select failed: {{error}}",
           "SELECT failed, reconnecting: {{error}}",
           "Selected {{n}} rows from {{table}}",
           "select() returned {{n}} from {{fd}}: giving up",
           "Update of {{x}} set to {{y}}",
           "Updating monitor set",
           "UPDATE {{x}} took {{n}} ms to set",
           "Update the settings from the menu to set your name.",
           "Insert the card into slot {{n}} and select OK",
           "INSERT failed into {{table}}: {{error}}",
           "Delete files from disk: {{path}}",
           "DELETE {{path}} HTTP/1.1\r\nHost: {{host}}\r\n",
           "DELETE event from list failed",
           "Replace the tape into the drive with values",
           "Create a new table or view",
           "Create index failed: {{error}}",
           "CREATE TABLE failed",
           "Drop the table now",
           "Drop frame index {{n}}",
           "With audio as {{codec}}, select profile {{p}}",
           "Truncate table name to fit",
           "ALTER the view angle",
           "Pragma once more with feeling",
           "Merge using three inputs",
           "Call me (maybe) later",
           "values (a, b) differ",
           "end of file",
           "begin here",
           "release the lock on {{x}} and go on",
           "",
           "42",
           " (default)",
           "(hearing impaired)",
           "'SELECT'",
       }) {
    EXPECT_EQ(shape(text), Shape::no) << text;
  }
}

TEST(SqlShape, SentencesThatAreGrammatical) {
  for (const std::string_view text :
       {"Select an item from stock", "delete from here", "Select timed out", "select x", "commit", "End"})
    EXPECT_EQ(shape(text), Shape::maybe) << text;
}

TEST(SqlShape, DeepNestingEnds) {
  EXPECT_EQ(shape("SELECT " + std::string(5000, '(') + "1" + std::string(5000, ')')), Shape::yes);
  EXPECT_EQ(shape(std::string(5000, '(')), Shape::no);
}

}  // namespace
}  // namespace banyan::evidence::testing
