// Rollbacks that the journal could not take: STATE.rollback, reserved on disk in advance, written in place,
// synced.
//
// An entry here outranks the journal at the next start and is folded into it as soon as that is possible;
// then the file is cleared. Each line carries its own SHA-256, so half a line counts as none. Not
// thread-safe; one owner.
#pragma once

#include "router/cutover/stages.hpp"

#include <string>
#include <vector>

namespace banyan::cutover {

struct SidecarEntry {
  std::string id;       // unique; the journal record that folds it in carries it in its evidence
  std::string cutover;  // "*": all of them
  RollbackNote note;
};

class Sidecar {
 public:
  explicit Sidecar(std::string state_path);

  // Reserves the space; without it a full disk could keep a rollback from being written down. False with
  // errno set.
  bool reserve();
  std::vector<SidecarEntry> read() const;
  bool add(const SidecarEntry& entry);
  bool clear();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace banyan::cutover
