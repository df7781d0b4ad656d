// What to do with a transaction that spans contexts.
//
//   keep together   a trigger ties their tables, or half of the home's transactions tear between the two
//   outbox          the other side only gets new rows and is not asked: an event does, in the same transaction
//   saga            anything else: a step there, with a compensation
#include "analyzer/advice/kinds.hpp"

namespace banyan::advice {
namespace {

using evidence::AccessMode;
using evidence::TableAccess;
using evidence::Transaction;

struct Side {
  std::set<std::string> written;
  bool only_inserts = true;
  bool read = false;
};

std::map<std::uint32_t, Side> sides_of(const Transaction& transaction, const Lookup& lookup) {
  std::map<std::uint32_t, Side> sides;
  for (const TableAccess& access : transaction.accesses) {
    const std::uint32_t owner = lookup.owner_of_table(access.table);
    if (owner == graph::none || lookup.is_kernel(owner)) continue;
    Side& side = sides[owner];
    if (access.mode == AccessMode::read) {
      side.read = true;
      continue;
    }
    side.written.insert(access.table);
    side.only_inserts = side.only_inserts && access.mode == AccessMode::insert;
  }
  return sides;
}

bool tied_by_trigger(const Subject& subject, const Lookup& lookup, std::uint32_t a, std::uint32_t b,
                     const std::map<std::uint32_t, Side>& sides) {
  for (const evidence::Trigger& trigger : subject.evidence.triggers) {
    const std::uint32_t from = lookup.owner_of_table(trigger.table);
    const auto side = sides.find(from);
    if (side == sides.end() || !side->second.written.contains(trigger.table)) continue;
    for (const std::string& table : trigger.writes) {
      const std::uint32_t to = lookup.owner_of_table(table);
      if ((from == a && to == b) || (from == b && to == a)) return true;
    }
  }
  return false;
}

// Transactions that write tables of the home, and how many of them write the other's too.
bool mostly_together(const Subject& subject, const Lookup& lookup, std::uint32_t home, std::uint32_t other) {
  std::size_t all = 0, both = 0;
  for (const Transaction& transaction : subject.evidence.transactions) {
    const auto sides = sides_of(transaction, lookup);
    const auto writes = [&](std::uint32_t context) {
      const auto side = sides.find(context);
      return side != sides.end() && !side->second.written.empty();
    };
    all += writes(home), both += writes(home) && writes(other);
  }
  return both >= 3 && 2 * both > all;
}

bool is_write(const TableAccess& access) { return access.mode != AccessMode::read && access.via.empty(); }

}  // namespace

std::string transaction_advice(const Subject& subject, const Lookup& lookup, const contexts::TornTransaction& torn) {
  const Transaction& transaction = subject.evidence.transactions[torn.transaction];
  const auto sides = sides_of(transaction, lookup);
  const std::uint32_t written_at = lookup.context_of_file(transaction.at.file);
  const auto home = sides.contains(written_at) ? written_at : torn.contexts.front();
  std::vector<std::string> keep, outbox, saga;
  for (const auto& [other, side] : sides) {
    if (other == home || side.written.empty()) continue;
    const std::string what = lookup.name(other) + " (" + list(side.written) + ")";
    if (tied_by_trigger(subject, lookup, home, other, sides) || mostly_together(subject, lookup, home, other))
      keep.push_back(what);
    else if (side.only_inserts && !side.read)
      outbox.push_back(what);
    else
      saga.push_back(what);
  }
  std::string out;
  const auto add = [&](const std::vector<std::string>& items, const std::string& advice) {
    if (!items.empty()) out += (out.empty() ? "" : "; ") + advice + " " + list(items);
  };
  add(keep, "keep " + lookup.name(home) + " together with");
  add(outbox, "an outbox event for");
  add(saga, "a saga step with a compensation for");
  return out.empty() ? "keep it where it is" : out;
}

// A saga must be able to take a step back; where nothing in the program ever changes or deletes such a row, that is
// still to be written.
void missing_compensations(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  std::set<std::string> changeable;
  for (const TableAccess& access : subject.evidence.accesses)
    if (is_write(access) && access.mode != AccessMode::insert) changeable.insert(access.table);
  std::map<std::string, Finding> found;
  for (const contexts::TornTransaction& torn : subject.contexts.torn) {
    const Transaction& transaction = subject.evidence.transactions[torn.transaction];
    const std::uint32_t home = lookup.context_of_file(transaction.at.file);
    for (const TableAccess& access : transaction.accesses) {
      const std::uint32_t owner = lookup.owner_of_table(access.table);
      const bool foreign = owner != graph::none && owner != home && !lookup.is_kernel(owner);
      if (!foreign || !is_write(access) || changeable.contains(access.table)) continue;
      Finding& finding = found[access.table];
      finding.kind = "missing-compensation";
      finding.id = "missing-compensation:" + access.table;
      finding.severity = Severity::note;
      finding.title = "Nothing takes back a row of " + access.table;
      finding.sentence = "Torn transactions insert into " + access.table + " of " + lookup.name(owner) +
                         ", and no statement ever changes or deletes its rows; a saga needs a compensation that is "
                         "still to be written, unless rows may stay.";
      finding.contexts = lookup.names({owner});
      finding.locations.push_back(access.at);
    }
  }
  for (auto& [table, finding] : found) {
    sort_unique(finding.locations);
    into.push_back(std::move(finding));
  }
}

}  // namespace banyan::advice
