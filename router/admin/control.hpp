// The one place where stages change. Commands, reloads and the kill switch all end here.
//
//   promote, hold, resume, set-weight   journal first, then memory: not writable -> nothing changes
//   freeze, thaw, approve               journal only: they move nothing
//   rollback                            memory first, then journal, else STATE.rollback: never waits for a
//   disk to act
//
// A cutover in a lockstep group takes the others along, in one transaction of the journal: all or none.
// (1) Traffic follows memory (routing::Live); memory never runs ahead of the disk except towards weight zero.
// (2) A rollback that comes while another command is being written wins over it.
// (3) At start the journal decides; if it cannot be trusted everything is at legacy and only rollback is
// taken.
// (4) In a fleet (fleet.cpp) the first line above reads: the fleet's record first, then journal, then memory. A rollback
// stays memory first, and the record hears of it when it can.
// Any thread may call; calls block for at most about two seconds, rollback for half a second.
#pragma once

#include "router/config/load.hpp"
#include "router/cutover/blocker.hpp"
#include "router/cutover/freeze.hpp"
#include "router/cutover/journal.hpp"
#include "router/cutover/sidecar.hpp"
#include "router/fleet/follower.hpp"
#include "router/routing/live.hpp"

#include <boost/system/result.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace banyan::admin {

struct Actor {
  std::string who;
  std::string why;
  std::string evidence{};  // JSON object for the journal
  std::string via{};       // "cli", "page", "api"; empty: the router itself
};

struct ControlError {
  enum class Kind : std::uint8_t { not_found, refused, conflict, invalid, journal, fleet, busy } kind = Kind::refused;
  std::string what;
  std::string hint;
};

struct Change {
  std::string cutover;
  cutover::State before;
  cutover::State after;
  bool changed = false;
  std::string persisted;  // "journal", "sidecar", "memory only"; empty when nothing changed
  std::string note;       // such as gates that were not evaluated
  std::string reverse;    // the command that takes it back
  std::vector<std::string> together_with{};  // what moved in lockstep with it
};

struct ReloadOutcome {
  bool ok = false;
  std::vector<std::string> changes;
  std::string errors;  // as `check` prints them
  std::vector<std::string> warnings;  // taken over, but not as it should be
};

struct ConfigStatus {
  std::string file, hash, loaded_at;
  bool last_reload_ok = true;
  std::string last_error, last_reload_at;
  std::uint64_t reloads = 0, failed_reloads = 0;
};

// Files that a configuration names, read before it is published and used after it.
struct Materials {
  std::function<std::vector<config::Diagnostic>(const std::shared_ptr<const config::Config>&)> prepare;
  std::function<std::vector<std::string>(const std::shared_ptr<const config::Config>&)> adopt;  // what is wrong
};

struct FleetStatus {
  std::string address, router;
  std::int64_t entry = 0;  // of the record, taken last
  fleet::Report report;
  std::vector<std::string> untold;  // cutovers rolled back here that the record does not know of yet
  std::vector<std::string> apart;   // cutovers that another router moved under another cohort key, salt or lockstep group
  bool stages_known = true;         // false: neither journal nor record have ever been read
};

// In words, for status, /readyz and the page.
std::vector<std::string> problems_of(const FleetStatus& fleet);

class Control {
 public:
  using Log = std::function<void(bool error, const std::string& line)>;
  // Numbers to attach to a journal record, as a JSON object; may be empty.
  using Numbers = std::function<std::string(const std::string& cutover)>;

  // What a gatekeeper says about a promotion; nothing: there is none.
  struct Opinion {
    std::vector<cutover::Blocker> blocks;  // but for what the stages themselves refuse
    std::string evidence;
  };
  using Ask = std::function<Opinion(const std::string& cutover)>;
  using Moved = std::function<void(const std::string& cutover, const cutover::State& state)>;

  // Opens the journal. Throws std::runtime_error when the cohort changed under a moving cutover.
  Control(std::shared_ptr<const config::Config> config, Log log);
  ~Control();

  routing::Live& live() { return *live_; }
  void set_materials(Materials materials) { materials_ = std::move(materials); }
  void set_numbers(Numbers numbers) { numbers_ = std::move(numbers); }

  // Both before serving. `moved` is told before traffic follows.
  void set_gatekeeper(Ask ask, Moved moved) { ask_ = std::move(ask), moved_ = std::move(moved); }

  boost::system::result<Change, ControlError> command(const std::string& cutover, cutover::Command command,
                                                      const Actor& actor);
  std::vector<Change> rollback_all(const Actor& actor);
  // Weight zero at once, in memory; the journal follows with the next tick. Never waits for a disk.
  void trip(const std::string& cutover, const Actor& actor);
  // Records that someone approves of the next step of a cutover.
  boost::system::result<Change, ControlError> approve(const std::string& cutover, const std::string& as,
                                                      const Actor& actor);
  // A record about a cutover that moves nothing; `evidence` is a JSON object.
  boost::system::result<Change, ControlError> remark(const std::string& cutover, const std::string& evidence,
                                                     const Actor& actor);
  std::set<std::string> approvals(const std::string& cutover) const;  // since its step was entered
  std::int64_t in_step_ms(const std::string& cutover) const;
  // Names the step that a cutover is in, and when it was entered: the same after a restart, another after every move.
  std::string step_stamp(const std::string& cutover) const;

  // Forbids every promotion of a cutover, or of cutover::every_cutover; never a rollback. `until`: RFC 3339, UTC, or
  // empty. Needs a reason.
  boost::system::result<Change, ControlError> freeze(const std::string& cutover, const std::string& until,
                                                     const Actor& actor);
  boost::system::result<Change, ControlError> thaw(const std::string& cutover, const Actor& actor);
  cutover::Freezes freezes() const;  // those in force
  // What blocks a promotion whatever its gates say: freeze, kill file, journal.
  std::vector<cutover::Blocker> own_blocks(const std::string& cutover) const;

  ReloadOutcome reload(const Actor& actor);
  // Writes what only the sidecar has into the journal, if it can; follows the kill file. Call every now and
  // then.
  void tick();

  ConfigStatus config_status() const;
  std::optional<cutover::JournalError> journal_trouble() const;
  std::string journal_path() const { return journal_path_; }
  bool kill_file_present() const;
  std::size_t unfolded_rollbacks() const { return unfolded_.load(); }

  // Nothing: this router is alone. The member is what its follower works with; `wake` is told that a rollback waits.
  std::optional<FleetStatus> fleet_status() const;
  fleet::Member fleet_member();
  fleet::Health& fleet_health();
  void set_fleet_wake(std::function<void()> wake);

 private:
  using States = std::map<std::string, cutover::State>;
  struct Move {
    std::string cutover;
    cutover::State before, after;
    std::optional<cutover::PlanStep> step{};  // that is entered
    std::string rollback_id{};                // by which a fleet knows it
  };
  using Opinions = std::map<std::string, Opinion>;  // by cutover

  void publish_locked();
  void check_start() const;
  std::vector<std::string> lockstep_of(const std::string& cutover) const;
  boost::system::result<std::vector<Move>, ControlError> moves_locked(const std::string& name,
                                                                      const cutover::Command& command) const;
  Change take_over_locked(const std::vector<Move>& moves, std::chrono::system_clock::time_point at, const Actor& actor,
                          const Opinions& opinions);
  std::vector<Move> take_back_locked(const std::vector<std::string>& names, const cutover::RollbackNote& note);
  std::optional<std::pair<std::string, cutover::Freeze>> freeze_on_locked(const std::string& name) const;
  boost::system::result<cutover::Record, ControlError> note_in_journal(const std::string& name, const Actor& actor,
                                                                       const std::string& evidence, bool shared);
  std::vector<Change> rollback(const std::vector<std::string>& names, bool all, const Actor& actor);
  std::string persist_rollback(const std::vector<Move>& moves, bool all, const Actor& actor,
                               const cutover::RollbackNote& note);
  bool write_sidecar(const std::vector<Move>& moves, bool all, const cutover::RollbackNote& note);
  boost::system::result<void, ControlError> fold_locked(std::chrono::milliseconds patience);
  std::optional<cutover::Entry> fold_entry(const cutover::SidecarEntry& entry, const std::string& name) const;
  cutover::Entry entry_for(const Move& move, const Actor& actor, std::string evidence) const;
  std::string evidence_for(const Move& move, const cutover::Command& command, bool group, const Opinions& opinions) const;
  boost::system::result<Change, ControlError> journalled(const std::string& name,
                                                         const cutover::Command& command, const Actor& actor);
  cutover::RollbackNote note_of(const Actor& actor) const;
  void start_states();
  void remember(const cutover::Record& record);
  void entered(const std::string& name, const cutover::State& before, const cutover::State& after,
               std::chrono::system_clock::time_point at);
  void write_owed();
  std::optional<ControlError> why_not_promote(const std::string& name, const cutover::Command& command,
                                              const Actor& actor, Opinions& opinions) const;
  void finish_reload(const ReloadOutcome& outcome);

  // Under the journal's lock: to the fleet's record, if there is one, and to the journal.
  boost::system::result<std::vector<cutover::Record>, ControlError> write_down(const std::vector<cutover::Entry>& entries);

  // fleet.cpp. Those that end in _locked are called under the journal's lock.
  struct FleetSide;
  using Entries = std::vector<cutover::Entry>;
  void remember_fleet(const cutover::Record& record);
  std::string pending_evidence(const std::string& evidence, const std::string& rollback_id) const;
  bool is_settled(const std::string& rollback_id) const;
  std::optional<ControlError> why_not_shared() const;
  std::string note_on_others() const;  // whom a rollback has not reached yet
  boost::system::result<fleet::Taken, ControlError> offer_locked(const Entries& entries, const std::string& id, bool yields);
  boost::system::result<std::vector<cutover::Record>, ControlError> adopt_locked(const fleet::Taken& own, Entries entries,
                                                                                 const std::string& settles);
  std::string take_from_fleet(const fleet::Position& asked, const fleet::Listing& listing);
  std::string take_items_locked(const std::vector<fleet::KeyValue>& items, fleet::Judged& judged);
  std::string follow_locked(const std::vector<fleet::Taken>& fresh);
  Entries prepare_locked(const std::vector<fleet::Taken>& fresh, bool killed, fleet::Merged& merged);
  void follow_in_memory(const std::vector<fleet::Taken>& fresh, const fleet::Merged& merged,
                        const std::vector<cutover::Record>& records);
  std::string leave_behind_locked(const std::vector<fleet::Taken>& fresh);
  std::string push_to_fleet();
  std::optional<ControlError> push_locked();
  std::optional<ControlError> seed_locked();
  Entries pending_entries(std::string& id) const;
  void advance_locked(const fleet::Taken& taken);

  Log log_;
  Numbers numbers_;
  Ask ask_;
  Moved moved_;
  Materials materials_;
  std::string journal_path_;

  mutable std::timed_mutex journal_mutex_;  // before state_mutex_ when both are taken
  cutover::Journal journal_;
  std::mutex sidecar_mutex_;
  cutover::Sidecar sidecar_;
  std::atomic<std::size_t> unfolded_{0};

  mutable std::mutex state_mutex_;  // short: memory only, never a disk
  std::shared_ptr<const config::Config> config_;
  States states_;
  struct Step {
    std::chrono::system_clock::time_point since;
    std::set<std::string> approvals;
  };
  struct Owed {
    std::vector<Move> moves;
    Actor actor;
  };
  std::map<std::string, Step> steps_;
  std::vector<Owed> owed_;  // rollbacks in effect that no disk knows of yet
  cutover::Freezes freezes_;
  States in_flight_;             // what is being written, and where it would be then
  std::uint64_t rollbacks_ = 0;  // counts; a command that sees it move gives way
  ConfigStatus status_;
  bool kill_seen_ = false;
  std::unique_ptr<FleetSide> fleet_;  // null: alone
  fleet::AllPending pending_;         // rollbacks in effect that the fleet's record does not know of
  std::set<std::string> settled_;     // ids of those that it knows
  std::unique_ptr<routing::Live> live_;
  std::mutex reload_mutex_;
};

}  // namespace banyan::admin
