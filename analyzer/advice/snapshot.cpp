#include "analyzer/advice/snapshot.hpp"

#include <bit>
#include <concepts>
#include <type_traits>
#include <unordered_map>

namespace banyan::advice {
namespace {

constexpr std::string_view magic = "BANYAN-SNAPSHOT 1\n";

class Writer {
 public:
  static constexpr bool reads = false;

  void number(std::uint64_t value) { put(records_, value); }
  void real(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (int shift = 0; shift < 64; shift += 8) records_ += static_cast<char>(bits >> shift & 255U);
  }
  void text(const std::string& value) {
    const auto [at, added] = index_.emplace(value, strings_.size());
    if (added) strings_.push_back(value);
    number(at->second);
  }
  std::string finish() const {
    std::string out(magic);
    put(out, strings_.size());
    for (const std::string& one : strings_) put(out, one.size()), out += one;
    return out + records_;
  }

 private:
  static void put(std::string& out, std::uint64_t value) {
    for (; value > 127; value >>= 7) out += static_cast<char>(value | 128U);
    out += static_cast<char>(value);
  }
  std::string records_;
  std::vector<std::string> strings_;
  std::unordered_map<std::string, std::size_t> index_;
};

class Reader {
 public:
  static constexpr bool reads = true;

  explicit Reader(std::string_view bytes) : bytes_(bytes), ok_(bytes.starts_with(magic)) {
    if (!ok_) return;
    at_ = magic.size();
    strings_.resize(count());
    for (std::string& one : strings_) {
      const std::size_t size = count();
      one = bytes_.substr(at_, size);
      at_ += size;
    }
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ >= bytes_.size()) return fail();
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value |= static_cast<std::uint64_t>(byte & 127U) << shift;
      if (byte < 128) return value;
    }
    return fail();
  }
  double real() {
    if (bytes_.size() - at_ < 8) return static_cast<double>(fail());
    std::uint64_t bits = 0;
    for (int shift = 0; shift < 64; shift += 8)
      bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes_[at_++])) << shift;
    return std::bit_cast<double>(bits);
  }
  std::string text() {
    const std::uint64_t index = number();
    if (index < strings_.size()) return strings_[index];
    fail();
    return {};
  }
  // A number of things that take at least a byte each.
  std::size_t count() {
    const std::uint64_t value = number();
    return value <= bytes_.size() - at_ ? value : fail();
  }
  bool whole() const { return ok_ && at_ == bytes_.size(); }

 private:
  std::uint64_t fail() {
    ok_ = false;
    at_ = bytes_.size();
    return 0;
  }
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool ok_;
  std::vector<std::string> strings_;
};

template <typename Archive, typename... Parts>
void all(Archive& archive, Parts&... parts);

template <typename Archive, typename Value>
  requires std::is_integral_v<Value> || std::is_enum_v<Value>
void item(Archive& archive, Value& value) {
  if constexpr (Archive::reads)
    value = static_cast<Value>(archive.number());
  else
    archive.number(static_cast<std::uint64_t>(value));
}
template <typename Archive>
void item(Archive& archive, double& value) {
  if constexpr (Archive::reads)
    value = archive.real();
  else
    archive.real(value);
}
template <typename Archive>
void item(Archive& archive, std::string& value) {
  if constexpr (Archive::reads)
    value = archive.text();
  else
    archive.text(value);
}
template <typename Archive, typename First, typename Second>
void item(Archive& archive, std::pair<First, Second>& value) {
  all(archive, value.first, value.second);
}

// One line a record: its fields in order.
template <typename A> void item(A& a, Location& x) { all(a, x.file, x.line, x.column); }
template <typename A> void item(A& a, graph::Site& x) { all(a, x.at, x.from, x.to); }
template <typename A> void item(A& a, graph::CompactSite& x) { all(a, x.file, x.line, x.column, x.user); }
template <typename A> void item(A& a, graph::Edge& x) { all(a, x.from, x.to, x.kind, x.count, x.weight, x.sites); }
template <typename A> void item(A& a, graph::SymbolInfo& x) { all(a, x.usr, x.name, x.kind, x.at, x.owners); }
template <typename A> void item(A& a, graph::SymbolUse& x) { all(a, x.symbol, x.kind, x.count, x.sites); }
template <typename A> void item(A& a, graph::Weighted& x) { all(a, x.word, x.weight); }
template <typename A> void item(A& a, graph::Component& x) {
  all(a, x.id, x.files, x.lines, x.uses, x.scopes, x.words);
}
template <typename A> void item(A& a, graph::TableUse& x) {
  all(a, x.component, x.table, x.mode, x.count, x.indirect, x.sites);
}
template <typename A> void item(A& a, graph::RouteReach& x) { all(a, x.route, x.component, x.components, x.tables); }
template <typename A> void item(A& a, graph::Graph& x) {
  all(a, x.files, x.lines, x.component_of, x.components, x.symbols, x.tables, x.file_edges, x.edges, x.table_uses,
      x.routes);
}
template <typename A> void item(A& a, evidence::ForeignKey& x) { all(a, x.columns, x.table, x.referenced); }
template <typename A> void item(A& a, evidence::Table& x) {
  all(a, x.name, x.at, x.columns, x.foreign_keys, x.reads, x.view);
}
template <typename A> void item(A& a, evidence::Trigger& x) { all(a, x.name, x.table, x.event, x.writes, x.at); }
template <typename A> void item(A& a, evidence::Statement& x) {
  all(a, x.at, x.in_usr, x.text, x.reason, x.resolution);
}
template <typename A> void item(A& a, evidence::TableAccess& x) {
  all(a, x.table, x.column, x.mode, x.via, x.at, x.in_usr, x.confidence);
}
template <typename A> void item(A& a, evidence::Route& x) {
  all(a, x.method, x.path, x.at, x.handler_usr, x.handler_name, x.detector);
}
template <typename A> void item(A& a, evidence::Transaction& x) {
  all(a, x.at, x.end_line, x.in_usr, x.how, x.accesses);
}
template <typename A> void item(A& a, evidence::SharedState& x) { all(a, x.kind, x.name, x.at, x.in_usr, x.write); }
template <typename A> void item(A& a, evidence::Evidence& x) {
  all(a, x.tables, x.triggers, x.statements, x.accesses, x.routes, x.transactions, x.shared_state);
}
template <typename A> void item(A& a, contexts::NamedFiles& x) { all(a, x.name, x.files); }
template <typename A> void item(A& a, contexts::Options& x) {
  all(a, x.tier, x.seed, x.hints.must_link, x.hints.cannot_link, x.hints.seeds, x.hints.previous);
}
template <typename A> void item(A& a, Snapshot& x) {
  all(a, x.graph, x.evidence, x.options, x.groups, x.stability);
}

template <typename Archive, typename Value>
void item(Archive& archive, std::vector<Value>& values) {
  if constexpr (Archive::reads)
    values.resize(archive.count());
  else
    archive.number(values.size());
  for (Value& value : values) item(archive, value);
}

template <typename Archive, typename... Parts>
void all(Archive& archive, Parts&... parts) {
  (item(archive, parts), ...);
}

}  // namespace

Snapshot snapshot_of(const Subject& subject, const contexts::Options& options) {
  Snapshot out{subject.graph, subject.evidence, options, subject.contexts.context_of, {}};
  out.options.hints.previous.clear();
  out.stability.resize(out.groups.size());
  for (const auto& context : subject.contexts.contexts) {
    contexts::NamedFiles named{context.name, {}};
    for (const auto& member : context.members) {
      out.stability[member.component] = member.stability;
      for (const auto file : subject.graph.components[member.component].files)
        named.files.push_back(subject.graph.files[file]);
    }
    out.options.hints.previous.push_back(std::move(named));
  }
  return out;
}

std::string write_snapshot(const Snapshot& snapshot) {
  Snapshot copy = snapshot;  // the archive visits both ways
  Writer writer;
  item(writer, copy);
  return writer.finish();
}

std::optional<Snapshot> read_snapshot(std::string_view bytes) {
  Reader reader(bytes);
  Snapshot out;
  item(reader, out);
  const std::size_t components = out.graph.components.size();
  const bool fits = out.groups.size() == components && out.stability.size() == components &&
                    out.graph.component_of.size() == out.graph.files.size();
  if (!reader.whole() || !fits) return std::nullopt;
  return out;
}

contexts::Result contexts_of(const Snapshot& snapshot) {
  return contexts::describe(snapshot.graph, snapshot.evidence, snapshot.options, snapshot.groups, snapshot.stability);
}

}  // namespace banyan::advice
