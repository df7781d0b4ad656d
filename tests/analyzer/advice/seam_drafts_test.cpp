// The drafts for seams taken at their word: every facade header compiles with the flags of the program, every $ref of
// every OpenAPI draft leads somewhere, and what cannot cross is named.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <filesystem>
#include <functional>
#include <sstream>
#include <set>

#include "tests/support/sample_map.hpp"
#include "tests/support/process.hpp"

namespace banyan::advice {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const std::string analyze = BANYAN_BINARY_DIR "/bin/banyan-analyze";

support::Output must(const std::vector<std::string>& argv) {
  auto done = support::run(argv, std::chrono::minutes(10));
  EXPECT_EQ(done.exit_code, 0) << argv[1] << "\n" << done.out << done.err;
  return done;
}

// The include folders, definitions and standard of one command of the compile database.
std::vector<std::string> flags_of(const fs::path& build) {
  const auto commands = json::parse(support::read_file(build / "compile_commands.json")).as_array();
  std::istringstream words{std::string(commands.at(0).at("command").as_string())};
  std::vector<std::string> flags;
  for (std::string word; words >> word;) {
    if (word == "-isystem") {
      std::string folder;
      words >> folder;
      flags.insert(flags.end(), {word, folder});
    } else if (word.starts_with("-I") || word.starts_with("-D") || word.starts_with("-std")) {
      flags.push_back(word);
    }
  }
  return flags;
}

// All in one unit: none may disturb another.
void expect_compile(const std::vector<fs::path>& headers, const std::vector<std::string>& flags) {
  for (const char* compiler : {"g++", "clang++-19"}) {
    if (support::run({"sh", "-c", std::string("command -v ") + compiler}).exit_code != 0) continue;
    std::vector<std::string> argv{compiler, "-fsyntax-only", "-Wall", "-Werror", "-x", "c++"};
    argv.insert(argv.end(), flags.begin(), flags.end());
    for (const fs::path& header : headers) argv.insert(argv.end(), {"-include", header});
    argv.push_back("/dev/null");
    const auto done = support::run(argv);
    EXPECT_EQ(done.exit_code, 0) << compiler << "\n" << done.err;
  }
}

std::size_t expect_refs_resolve(const json::value& document) {
  std::size_t found = 0;
  const std::function<void(const json::value&)> walk = [&](const json::value& value) {
    if (const auto* object = value.if_object())
      for (const auto& [key, inner] : *object) {
        if (key == "$ref") {
          const std::string pointer(inner.as_string());
          EXPECT_TRUE(pointer.starts_with("#/")) << pointer;
          boost::system::error_code error;
          document.find_pointer(pointer.substr(1), error);
          EXPECT_FALSE(error) << pointer;
          ++found;
        }
        walk(inner);
      }
    if (const auto* array = value.if_array())
      for (const auto& inner : *array) walk(inner);
  };
  walk(document);
  return found;
}

// The shape that OpenAPI 3.1 asks for, as far as the draft uses it.
void expect_openapi(const json::value& document) {
  EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
  std::set<std::string> ids;
  for (const auto& [path, item] : document.at("paths").as_object()) {
    EXPECT_TRUE(path.starts_with("/"));
    const auto& post = item.at("post").as_object();
    EXPECT_TRUE(ids.insert(std::string(post.at("operationId").as_string())).second) << path;
    EXPECT_FALSE(post.at("responses").as_object().empty());
    for (const auto& [status, answer] : post.at("responses").as_object()) EXPECT_TRUE(answer.as_object().contains("description"));
  }
}

class Seams : public testing::Test {
 protected:
  // Maps, drafts every seam, checks every draft; the names of the files without their ends.
  std::vector<std::string> draft(const fs::path& source, const std::string& config = {}) {
    must({"cmake", "-G", "Ninja", "-S", source, "-B", dir_ / "build", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", "-DSHOP_TESTS=OFF"});
    std::vector<std::string> map{analyze, "map", "-p", dir_ / "build", "--root", source, "-o", dir_ / "out", "--progress", "none"};
    if (!config.empty()) map.insert(map.end(), {"--config", config});
    must(map);
    return draft_seams(dir_ / "out", dir_ / "build");
  }
  std::vector<std::string> draft_seams(const fs::path& out, const fs::path& build) {
    must({analyze, "advise", "seam", "-o", out, "--to", dir_ / "seams"});
    std::vector<std::string> stems;
    std::vector<fs::path> headers;
    for (const auto& file : fs::directory_iterator(dir_ / "seams")) {
      if (file.path().extension() != ".hpp") continue;
      headers.push_back(file.path());
      const auto document = json::parse(support::read_file(fs::path(file.path()).replace_extension(".openapi.json")));
      expect_openapi(document);
      refs_ += expect_refs_resolve(document);
      stems.push_back(fs::path(file.path()).stem());
    }
    expect_compile(headers, flags_of(build));
    return stems;
  }
  json::value seam(const std::string& stem) { return json::parse(support::read_file(dir_ / "seams" / (stem + ".json"))); }

  support::TempDir dir_;
  std::size_t refs_ = 0;
};

std::set<std::string> blocked(const json::value& seam) {
  std::set<std::string> out;
  for (const auto& one : seam.at("cannot_cross").as_array())
    out.insert(std::string(one.at("kind").as_string()) + " " + std::string(one.at("what").as_string()));
  return out;
}

TEST_F(Seams, OfTheSampleShopCompileAndResolve) {
  const auto sample = support::sample_map();
  EXPECT_GE(draft_seams(sample.out, sample.build).size(), 5U);
  EXPECT_GE(refs_, 5U);
  const auto again = must({analyze, "advise", "order", "-o", sample.out, "--format", "json"});
  EXPECT_GE(json::parse(again.out).at("order").as_array().size(), 4U);
}

TEST_F(Seams, OfAProgramInAnotherStyleCompileAndResolve) {
  fs::copy(BANYAN_SOURCE_DIR "/tests/analyzer/advice/seam_fixture", dir_ / "depot", fs::copy_options::recursive);
  const auto stems = draft(dir_ / "depot", dir_ / "depot" / "banyan.yaml");
  ASSERT_EQ(std::set<std::string>(stems.begin(), stems.end()), (std::set<std::string>{"gate-to-yard"}));
  const json::value seam = this->seam("gate-to-yard");
  std::set<std::string> operations;
  for (const auto& one : seam.at("operations").as_array()) operations.insert(std::string(one.at("signature").as_string()));
  EXPECT_EQ(operations,
            (std::set<std::string>{
                "depot::yard::Ledger & depot::yard::Ledger::shared()",
                "const depot::yard::Slot & depot::yard::Ledger::slot(std::size_t number) const noexcept",
                "depot::yard::Slot & depot::yard::Ledger::slot(std::size_t number)",
                "std::optional<depot::yard::Slot> depot::yard::Ledger::find(const std::string & plate, depot::yard::Ledger::Mode mode = "
                "depot::yard::Ledger::Mode::exact, int tries = 3) const",
                "void depot::yard::Ledger::listen(std::function<void (const depot::v2::yard::Slot &)> listener)",
                "bool depot::yard::parse(std::string_view text, depot::yard::Slot & slot) noexcept",
                "void depot::yard::sort(depot::yard::Slot * first, std::size_t count, int (*)(const depot::v2::yard::Slot &, const "
                "depot::v2::yard::Slot &) compare = nullptr)",
                "void depot::yard::print(std::ostream & out, const std::vector<depot::yard::Slot> &)",
                "double free_share(depot::yard::Ledger::Mode mode)"}));
  const std::set<std::string> found = blocked(seam);
  for (const char* wanted :
       {"reference-result depot::yard::Ledger::slot (result)", "callback depot::yard::Ledger::listen (listener)",
        "out-parameter depot::yard::parse (slot)", "raw-pointer depot::yard::sort (first)", "callback depot::yard::sort (compare)",
        "stream depot::yard::print (out)", "mutable-global depot::yard::open_slots", "template depot::yard::largest",
        "raw-pointer depot::yard::Slot::owner", "variadic depot::yard::log", "live-object depot::yard::Ledger::shared (result)"})
    EXPECT_TRUE(found.contains(wanted)) << wanted;
  for (const std::string& one : found) EXPECT_EQ(one.find("depot::yard::Slot::plate"), std::string::npos) << one;
}

TEST_F(Seams, MisspeltContextsAreAskedBack) {
  fs::copy(BANYAN_SOURCE_DIR "/tests/analyzer/advice/seam_fixture", dir_ / "depot", fs::copy_options::recursive);
  draft(dir_ / "depot", dir_ / "depot" / "banyan.yaml");
  const auto wrong = support::run({analyze, "advise", "seam", "gate", "yrad", "-o", dir_ / "out"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_NE(wrong.err.find("did you mean 'yard'?"), std::string::npos) << wrong.err;
  const auto nothing = support::run({analyze, "advise", "seam", "yard", "gate", "-o", dir_ / "out"});
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_NE(nothing.err.find("yard uses nothing of gate"), std::string::npos) << nothing.err;
}

}  // namespace
}  // namespace banyan::advice
