#include "analyzer/cli/truth.hpp"

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/JSON.h>

namespace banyan::cli {
namespace {

namespace json = llvm::json;

constexpr const char* kHint =
    "\n  A truth file is {\"structure\": [{\"name\": GROUP, \"nested\": [{\"name\": PATH}]}]}, the contexts.json of"
    " another run,\n  or lines 'contain GROUP PATH'. Paths are relative to the source root; 'src/db/' covers a folder.";

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  std::uint32_t group(const std::string& name) {
    const auto [at, fresh] =
        numbers_.try_emplace(name, static_cast<std::uint32_t>(result_.truth.groups.size()));
    if (fresh) result_.truth.groups.push_back(name);
    return at->second;
  }
  void add(std::uint32_t group, const std::string& entry, std::size_t line, std::size_t column) {
    const auto [at, fresh] = result_.truth.group_of.try_emplace(entry, group);
    result_.truth.files += fresh && !llvm::StringRef(entry).ends_with("/");
    if (entry.empty()) fail(line, column, "an empty path");
    if (at->second != group)
      fail(line, column,
           "'" + entry + "' is in two groups, '" + result_.truth.groups[at->second] + "' and '" +
               result_.truth.groups[group] + "'");
  }
  void fail(std::size_t line, std::size_t column, const std::string& what) {
    if (result_.error.empty())
      result_.error =
          path_ + ":" + std::to_string(line) + ":" + std::to_string(column) + ": error: " + what + kHint;
  }
  TruthResult take() {
    if (result_.error.empty() && result_.truth.group_of.empty()) fail(1, 1, "no group with a file in it");
    return std::move(result_);
  }

 private:
  const std::string& path_;
  TruthResult result_;
  std::map<std::string, std::uint32_t> numbers_;
};

void read_rsf(const std::string& text, Reader& reader) {
  std::size_t number = 0;
  for (llvm::StringRef rest(text); !rest.empty();) {
    ++number;
    const auto [line, after] = rest.split('\n');
    rest = after;
    const llvm::StringRef words = line.split('#').first.trim();
    if (words.empty()) continue;
    const auto [verb, arguments] = words.split(' ');
    const auto [group, file] = arguments.trim().split(' ');
    if (verb != "contain" || file.trim().empty()) return reader.fail(number, 1, "expected 'contain GROUP PATH'");
    reader.add(reader.group(group.str()), file.trim().str(), number,
               static_cast<std::size_t>(file.data() - line.data()) + 1);
  }
}

// JSON values know no place; an entry is found again by its text.
struct Places {
  const std::string& text;
  std::pair<std::size_t, std::size_t> of(const std::string& entry) const {
    const auto last = text.rfind('"' + entry + '"');
    const llvm::StringRef before = llvm::StringRef(text).take_front(last == std::string::npos ? 0 : last);
    return {before.count('\n') + 1, before.size() - (before.rfind('\n') == llvm::StringRef::npos
                                                         ? 0
                                                         : before.rfind('\n') + 1) + 1};
  }
};

void read_groups(const json::Array& groups, llvm::StringRef name_key, llvm::StringRef list_key,
                 llvm::StringRef item_key, const Places& places, Reader& reader) {
  for (const json::Value& value : groups) {
    const json::Object* group = value.getAsObject();
    const auto name = group ? group->getString(name_key) : std::nullopt;
    const json::Array* items = group ? group->getArray(list_key) : nullptr;
    if (!name || !items)
      return reader.fail(1, 1, ("a group needs '" + name_key + "' and a list '" + list_key + "'").str());
    const std::uint32_t number = reader.group(name->str());
    for (const json::Value& item : *items) {
      const auto entry = item.getAsObject() ? item.getAsObject()->getString(item_key) : item.getAsString();
      const auto [line, column] = places.of(entry ? entry->str() : name->str());
      if (!entry) return reader.fail(line, column, ("a member of '" + *name + "' has no '" + item_key + "'").str());
      reader.add(number, entry->str(), line, column);
    }
  }
}

// "[3:14, byte=80]: Expected ..." -> line, column, text
void fail_json(llvm::Error error, Reader& reader) {
  const std::string message = llvm::toString(std::move(error));
  llvm::StringRef rest(message);
  std::size_t line = 1, column = 1;
  if (rest.consume_front("[") && !rest.consumeInteger(10, line) && rest.consume_front(":") &&
      !rest.consumeInteger(10, column))
    rest = rest.split("]: ").second;
  reader.fail(line, column, rest.empty() ? message : rest.str());
}

void read_json(const std::string& text, Reader& reader) {
  auto parsed = json::parse(text);
  if (!parsed) return fail_json(parsed.takeError(), reader);
  const json::Object* root = parsed->getAsObject();
  const Places places{text};
  if (const json::Array* groups = root ? root->getArray("structure") : nullptr)
    return read_groups(*groups, "name", "nested", "name", places, reader);
  if (const json::Array* groups = root ? root->getArray("contexts") : nullptr)
    return read_groups(*groups, "name", "files", "path", places, reader);
  reader.fail(1, 1, "neither a list 'structure' nor a list 'contexts'");
}

}  // namespace

TruthResult parse_truth(const std::string& path, const std::string& text) {
  Reader reader(path);
  if (llvm::StringRef(text).ltrim().starts_with("{"))
    read_json(text, reader);
  else
    read_rsf(text, reader);
  return reader.take();
}

std::uint32_t label_of(const Truth& truth, std::string_view path) {
  if (const auto found = truth.group_of.find(std::string(path)); found != truth.group_of.end())
    return found->second;
  for (auto slash = path.rfind('/'); slash != std::string_view::npos && slash > 0;
       slash = path.rfind('/', slash - 1))
    if (const auto found = truth.group_of.find(std::string(path.substr(0, slash + 1)));
        found != truth.group_of.end())
      return found->second;
  return unlabelled;
}

}  // namespace banyan::cli
