#include "analyzer/fact_store/codec.hpp"

#include "analyzer/fact_store/bytes.hpp"

#include <initializer_list>

namespace banyan::fact_store {
namespace {

using facts::FileFacts;
using facts::Location;

// One description of the layout serves both directions: `io` is an Encoding or a Decoding.
struct Encoding {
  ByteWriter& bytes;
  static constexpr bool reading = false;

  void text(std::string& value) { bytes.text(value); }
  template <class Number>
  void number(Number& value) {
    bytes.number(static_cast<std::uint64_t>(value));
  }
  template <class T, class Each>
  void list(std::vector<T>& values, Each each) {
    bytes.number(values.size());
    for (T& value : values) each(value);
  }
};

struct Decoding {
  ByteReader& bytes;
  static constexpr bool reading = true;

  void text(std::string& value) { value = bytes.text(); }
  template <class Number>
  void number(Number& value) {
    value = static_cast<Number>(bytes.number());
  }
  template <class T, class Each>
  void list(std::vector<T>& values, Each each) {
    const std::size_t count = bytes.count();
    values.reserve(count);
    for (std::size_t i = 0; i < count && bytes.ok(); ++i) each(values.emplace_back());
  }
};

// The file of a location is the file the facts belong to.
template <class Io>
void location(Io& io, Location& at, const std::string& path) {
  if constexpr (Io::reading) at.file = path;
  io.number(at.line);
  io.number(at.column);
}

unsigned& pack(unsigned& flags, std::initializer_list<bool> values) {
  unsigned bit = 1;
  for (const bool value : values) flags |= value ? bit : 0U, bit <<= 1U;
  return flags;
}

void unpack(unsigned flags, std::initializer_list<bool*> values) {
  for (bool* value : values) *value = (flags & 1U) != 0, flags >>= 1U;
}

template <class Io>
void symbols(Io& io, FileFacts& facts) {
  io.list(facts.symbols, [&](facts::Symbol& s) {
    location(io, s.at, facts.path);
    for (std::string* text : {&s.usr, &s.name, &s.scope_usr, &s.type, &s.initializer}) io.text(*text);
    io.number(s.end_line);
    io.number(s.kind);
    unsigned flags = 0;
    io.number(pack(flags, {s.definition, s.mutable_global, s.hidden}));
    unpack(flags, {&s.definition, &s.mutable_global, &s.hidden});
  });
}

template <class Io>
void signatures(Io& io, FileFacts& facts) {
  io.list(facts.signatures, [&](facts::Signature& s) {
    location(io, s.at, facts.path);
    io.text(s.usr);
    io.text(s.result);
    io.list(s.parameters, [&](facts::Parameter& p) {
      for (std::string* text : {&p.name, &p.type, &p.value}) io.text(*text);
    });
    io.number(s.ref);
    unsigned flags = 0;
    io.number(pack(flags, {s.is_static, s.is_const, s.is_volatile, s.is_noexcept, s.is_template, s.is_variadic,
                           s.is_deleted}));
    unpack(flags, {&s.is_static, &s.is_const, &s.is_volatile, &s.is_noexcept, &s.is_template, &s.is_variadic,
                   &s.is_deleted});
  });
}

template <class Io>
void references(Io& io, FileFacts& facts) {
  io.list(facts.references, [&](facts::Reference& r) {
    location(io, r.at, facts.path);
    for (std::string* text : {&r.from_usr, &r.to_usr, &r.to_name}) io.text(*text);
    io.number(r.kind);
  });
  io.list(facts.includes, [&](facts::Include& i) {
    location(io, i.at, facts.path);
    io.text(i.spelled);
    io.text(i.target);
    unsigned angled = i.angled ? 1U : 0U;
    io.number(angled);
    i.angled = angled != 0;
  });
}

template <class Io>
void strings(Io& io, FileFacts& facts) {
  io.list(facts.strings, [&](facts::StringValue& v) {
    location(io, v.at, facts.path);
    for (std::string* text : {&v.in_usr, &v.callee_usr, &v.callee_name, &v.object}) io.text(*text);
    std::uint32_t argument = static_cast<std::uint32_t>(v.argument + 1);
    io.number(argument);
    v.argument = static_cast<std::int32_t>(argument) - 1;
    io.list(v.pieces, [&](facts::StringPiece& piece) {
      unsigned known = piece.known ? 1U : 0U;
      io.number(known);
      piece.known = known != 0;
      io.text(piece.text);
      io.text(piece.usr);
    });
  });
}

template <class Io>
void registrations(Io& io, FileFacts& facts) {
  const auto texts = [&](std::vector<std::string>& values) {
    io.list(values, [&](std::string& t) { io.text(t); });
  };
  io.list(facts.registrations, [&](facts::Registration& r) {
    location(io, r.at, facts.path);
    for (std::string* text : {&r.in_usr, &r.callee_usr, &r.callee_name, &r.object_type, &r.macro})
      io.text(*text);
    texts(r.arguments);
    std::vector<unsigned> is_string(r.argument_is_string.begin(), r.argument_is_string.end());
    io.list(is_string, [&](unsigned& flag) { io.number(flag); });
    r.argument_is_string.assign(is_string.begin(), is_string.end());
    texts(r.callables);
    texts(r.callable_names);
  });
  io.list(facts.guards, [&](facts::Guard& g) {
    location(io, g.at, facts.path);
    io.number(g.end_line);
    for (std::string* text : {&g.in_usr, &g.type, &g.type_usr, &g.arguments}) io.text(*text);
  });
}

struct WordCount {
  std::string word;
  std::uint64_t count = 0;
};

template <class Io>
void words(Io& io, FileFacts& facts) {
  std::vector<WordCount> counts;
  for (const std::string& word : facts.words) {
    if (counts.empty() || counts.back().word != word) counts.push_back({word, 0});
    ++counts.back().count;
  }
  io.list(counts, [&](WordCount& entry) {
    io.text(entry.word);
    io.number(entry.count);
  });
  if constexpr (Io::reading) {
    constexpr std::uint64_t kMost = 10'000'000;
    for (const WordCount& entry : counts) {
      if (entry.count < kMost) facts.words.insert(facts.words.end(), entry.count, entry.word);
    }
  }
}

template <class Io>
void file(Io& io, FileFacts& facts) {
  io.text(facts.path);
  io.number(facts.lines);
  io.text(facts.digest);
  symbols(io, facts);
  signatures(io, facts);
  references(io, facts);
  strings(io, facts);
  registrations(io, facts);
  words(io, facts);
}

template <class Io>
void diagnostics(Io& io, std::vector<facts::Diagnostic>& errors) {
  io.list(errors, [&](facts::Diagnostic& d) {
    io.text(d.at.file);
    io.number(d.at.line);
    io.number(d.at.column);
    io.text(d.message);
    unsigned fatal = d.fatal ? 1U : 0U;
    io.number(fatal);
    d.fatal = fatal != 0;
  });
}

}  // namespace

std::string encode(const FileFacts& facts) {
  ByteWriter bytes;
  Encoding io{bytes};
  file(io, const_cast<FileFacts&>(facts));  // an Encoding only reads
  return bytes.finish();
}

std::optional<FileFacts> decode(std::string_view blob) {
  ByteReader bytes(blob);
  Decoding io{bytes};
  FileFacts facts;
  file(io, facts);
  if (!bytes.ok() || !bytes.at_end()) return std::nullopt;
  return facts;
}

std::string encode(const std::vector<facts::Diagnostic>& errors) {
  ByteWriter bytes;
  Encoding io{bytes};
  diagnostics(io, const_cast<std::vector<facts::Diagnostic>&>(errors));
  return bytes.finish();
}

std::optional<std::vector<facts::Diagnostic>> decode_errors(std::string_view blob) {
  ByteReader bytes(blob);
  Decoding io{bytes};
  std::vector<facts::Diagnostic> errors;
  diagnostics(io, errors);
  if (!bytes.ok() || !bytes.at_end()) return std::nullopt;
  return errors;
}

}  // namespace banyan::fact_store
