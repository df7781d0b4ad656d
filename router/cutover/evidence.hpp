// What gates have counted and comparisons have learned, kept beside the journal: STATE.evidence, an SQLite file.
//
// (1) Every row names the definition of its cutover, that of a step the step too: what belongs to another is not used.
// (2) A checkpoint is one transaction: after kill -9 the file holds the one before or the one after, never half of one, so that nothing
//     is counted twice. (3) A file that cannot be read is put aside as STATE.evidence.broken and counts as empty: gates say insufficient,
//     never pass. (4) A checkpoint that cannot be written changes nothing; the next one is tried anew.
// Blocks on the disk: one thread, never one that serves.
#pragma once

#include "router/cutover/gates.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace banyan::cutover {

// Counted in the step that a cutover is in.
struct Evidence {
  std::string definition;  // of the cutover
  std::string step;        // and when it was entered
  Numbers numbers;
  SideNumbers legacy_before;  // of the step before
};

struct LearnedNoise {
  std::string definition;
  std::string bytes;
};

std::string to_json(const Evidence& evidence);  // of the numbers
// False: it is no such text.
bool numbers_from_json(const std::string& text, Evidence& out);

class EvidenceStore {
 public:
  // Never throws for what it finds; says it in troubles().
  explicit EvidenceStore(std::string path);
  ~EvidenceStore();
  EvidenceStore(const EvidenceStore&) = delete;
  EvidenceStore& operator=(const EvidenceStore&) = delete;

  struct Kept {
    std::map<std::string, Evidence> steps;  // by cutover
    std::map<std::string, LearnedNoise> noise;
    std::vector<std::string> troubles;  // what was found and not used, in words
  };
  Kept load();

  struct Checkpoint {
    std::map<std::string, Evidence> steps;      // all of them: others are forgotten
    std::map<std::string, LearnedNoise> noise;  // those that changed
    std::set<std::string> cutovers;             // that there are: noise of others is forgotten
  };
  // Empty: written. Else why not, in words.
  std::string write(const Checkpoint& checkpoint);

  const std::string& path() const { return path_; }

 private:
  struct Db;
  std::string open();
  void put_aside(const std::string& why, std::vector<std::string>& troubles);
  std::string read_rows(Kept& kept);
  int replace_rows(const Checkpoint& checkpoint, std::map<std::string, std::string>& texts);
  template <class Known>
  int forget_others(const char* names_sql, const char* delete_sql, const Known& known);

  std::string path_;
  std::unique_ptr<Db> db_;
  std::map<std::string, std::string> written_;  // rows of steps, by cutover, as they stand in the file
};

}  // namespace banyan::cutover
