// The house rules that a machine can check: which folder may use which, and how long files and functions may be.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_file_lines = 400;
constexpr std::size_t max_function_lines = 70;

// folder -> the folders of ours that it may include. A folder may always include itself.
const std::map<std::string, std::set<std::string>> arrows = {
    {"analyzer", {"analyzer/cli"}},
    {"analyzer/compile_db", {}},
    {"analyzer/facts", {"analyzer/compile_db"}},
    {"analyzer/fact_store", {"analyzer/facts"}},
    {"analyzer/evidence", {"analyzer/facts"}},
    {"analyzer/graph", {"analyzer/facts", "analyzer/evidence"}},
    {"analyzer/rules", {"analyzer/facts", "analyzer/evidence", "analyzer/graph"}},
    {"analyzer/contexts", {"analyzer/facts", "analyzer/evidence", "analyzer/graph"}},
    {"analyzer/advice", {"analyzer/facts", "analyzer/evidence", "analyzer/graph", "analyzer/contexts"}},
    {"analyzer/report",
     {"analyzer/facts", "analyzer/evidence", "analyzer/graph", "analyzer/contexts", "analyzer/advice"}},
    {"analyzer/cli",
     {"analyzer/compile_db", "analyzer/facts", "analyzer/fact_store", "analyzer/evidence", "analyzer/graph",
      "analyzer/rules", "analyzer/contexts", "analyzer/advice", "analyzer/report"}},
    {"router", {"router/cli"}},
    {"router/http", {}},
    {"router/telemetry", {}},
    {"router/tracing", {"router/telemetry"}},
    {"router/compare", {}},
    {"router/matching", {}},
    {"router/cutover", {}},
    {"router/fleet", {"router/cutover", "router/http"}},
    {"router/aggregate", {"router/translate"}},
    {"router/translate", {"router/http", "router/matching"}},
    {"router/config", {"router/cutover", "router/fleet", "router/matching", "router/compare", "router/resilience", "router/telemetry", "router/translate",
                       "router/aggregate"}},
    {"router/routing", {"router/aggregate", "router/config", "router/cutover", "router/matching", "router/translate"}},
    {"router/plan", {"router/config", "router/cutover", "router/matching", "router/routing"}},
    {"router/resilience", {}},
    {"router/tls", {"router/config"}},
    {"router/upstreams", {"router/config", "router/http", "router/resilience", "router/tls"}},
    {"router/admin", {"router/config", "router/cutover", "router/fleet", "router/matching", "router/routing", "router/telemetry"}},
    {"router/proxy",
     {"router/config", "router/cutover", "router/matching", "router/routing", "router/http", "router/upstreams",
      "router/telemetry", "router/tracing", "router/compare", "router/resilience", "router/tls", "router/translate",
      "router/aggregate"}},
    {"router/cli",
     {"router/config", "router/cutover", "router/fleet", "router/matching", "router/routing", "router/proxy", "router/admin",
      "router/telemetry", "router/tracing", "router/upstreams", "router/compare", "router/tls", "router/plan"}},
    {"extracted_services/store", {"extracted_services/safety"}},
    {"extracted_services/safety", {}},
    {"extracted_services/event_log",
     {"extracted_services/service", "extracted_services/store", "extracted_services/safety", "router/http"}},
    {"extracted_services/outbox",
     {"extracted_services/service", "extracted_services/store", "extracted_services/safety", "extracted_services/event_log", "router/telemetry"}},
    {"extracted_services/inbox",
     {"extracted_services/service", "extracted_services/store", "extracted_services/safety",
      "extracted_services/event_log"}},
    {"extracted_services/events",
     {"extracted_services/service", "extracted_services/store", "extracted_services/event_log",
      "extracted_services/outbox", "extracted_services/inbox"}},
    {"extracted_services/integrity", {}},
    {"extracted_services/service",
     {"extracted_services/integrity", "extracted_services/store", "router/http", "router/telemetry", "router/tracing"}},
    {"extracted_services/shop_dialect", {"extracted_services/service", "extracted_services/store"}},
    {"extracted_services/client", {"extracted_services/integrity", "router/http", "router/resilience"}},
    {"extracted_services/courier", {"extracted_services/client", "extracted_services/service", "extracted_services/store"}},
    {"extracted_services/saga",
     {"extracted_services/client", "extracted_services/courier", "extracted_services/safety", "extracted_services/service",
      "extracted_services/store", "router/resilience"}},
    {"extracted_services/bank", {"extracted_services/safety", "extracted_services/service", "extracted_services/store"}},
    {"extracted_services/orders",
     {"extracted_services/client", "extracted_services/courier", "extracted_services/saga", "extracted_services/service",
      "extracted_services/store", "extracted_services/shop_dialect", "extracted_services/outbox",
      "extracted_services/events"}},
    {"extracted_services/payments",
     {"extracted_services/client", "extracted_services/courier", "extracted_services/safety", "extracted_services/service",
      "extracted_services/store", "extracted_services/shop_dialect", "extracted_services/outbox",
      "extracted_services/events", "router/resilience"}},
    {"extracted_services/inventory",
     {"extracted_services/safety", "extracted_services/service", "extracted_services/store",
      "extracted_services/shop_dialect", "extracted_services/outbox", "extracted_services/events"}},
};

const std::vector<std::string> parts = {"analyzer", "router", "extracted_services", "monolith_sample", "tests"};

std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream stream(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<fs::path> sources(const std::string& part) {
  std::vector<fs::path> files;
  const fs::path root = fs::path(BANYAN_SOURCE_DIR) / part;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const auto extension = entry.path().extension();
    const bool input_data = entry.path().string().find("/fixtures/") != std::string::npos;
    if (!input_data && (extension == ".cpp" || extension == ".hpp")) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string name_of(const fs::path& file) { return fs::relative(file, BANYAN_SOURCE_DIR).generic_string(); }

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

// "analyzer/report/page" belongs to "analyzer/report": the longest folder that has a row.
std::string owner_of(std::string folder) {
  while (!arrows.contains(folder) && folder.find('/') != std::string::npos) folder = folder_of(folder);
  return folder;
}

std::vector<std::string> forbidden_includes(const fs::path& file) {
  static const std::regex include(R"(^\s*#\s*include\s*"([^"]+)\")");
  std::vector<std::string> found;
  const std::string from = owner_of(folder_of(name_of(file)));
  const auto row = arrows.find(from);
  for (const auto& line : lines_of(file)) {
    std::smatch match;
    if (!std::regex_search(line, match, include)) continue;
    const std::string target = match[1];
    if (target.find('/') == std::string::npos) continue;
    const std::string to = owner_of(folder_of(target));
    if (to == from) continue;
    if (row == arrows.end() || !row->second.contains(to)) found.push_back(name_of(file) + " includes " + target);
  }
  return found;
}

// Brace depth tells where a function body starts and ends; strings and comments are blanked first.
std::string code_only(const std::string& line) {
  static const std::regex literals(R"("(\\.|[^"\\])*"|'(\\.|[^'\\])'|//.*$)");
  return std::regex_replace(line, literals, "");
}

struct Body {
  std::size_t first;
  std::size_t last;
};

std::vector<Body> long_bodies(const std::vector<std::string>& lines) {
  static const std::regex scope_opener(
      R"(^\s*(inline\s+)?(namespace|extern|class|struct|enum|union)\b[^;]*\{|^\s*(const|constexpr|static|inline)[^()]*=?\s*\{\s*$|=.*\(\{\s*$)");
  struct Open {
    std::size_t line;
    bool function;
  };
  std::vector<Open> stack;
  std::vector<Body> found;
  bool raw_string = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool raw_begins = lines[i].find("R\"") != std::string::npos;
    if (!raw_string && raw_begins && lines[i].find(")", lines[i].find("R\"")) == std::string::npos) raw_string = true;
    if (raw_string) {
      if (lines[i].find(")\"") != std::string::npos || lines[i].find(")sql\"") != std::string::npos) raw_string = false;
      continue;
    }
    const std::string code = code_only(lines[i]);
    const bool scope = std::regex_search(code, scope_opener);
    for (const char c : code) {
      if (c == '{') {
        const bool inside_function = std::any_of(stack.begin(), stack.end(), [](const Open& o) { return o.function; });
        const bool has_parameters = code.find('(') != std::string::npos || code.find(')') != std::string::npos;
        stack.push_back({i, !inside_function && !scope && has_parameters});
      } else if (c == '}' && !stack.empty()) {
        const Open open = stack.back();
        stack.pop_back();
        if (open.function && i - open.line + 1 > max_function_lines) found.push_back({open.line + 1, i + 1});
      }
    }
  }
  return found;
}

std::string joined(const std::vector<std::string>& lines) {
  std::ostringstream text;
  for (const auto& line : lines) text << "\n  " << line;
  return text.str();
}

TEST(Tidy, FoldersUseOnlyWhatTheirArrowsAllow) {
  std::vector<std::string> found;
  for (const std::string part : {"analyzer", "router", "extracted_services"}) {
    for (const auto& file : sources(part)) {
      const auto bad = forbidden_includes(file);
      found.insert(found.end(), bad.begin(), bad.end());
    }
  }
  EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(Tidy, MonolithUsesNothingOfOurs) {
  std::vector<std::string> found;
  const std::regex ours(R"(#\s*include\s*[<"](analyzer|router|extracted_services|tests)/)");
  for (const auto& file : sources("monolith_sample")) {
    for (const auto& line : lines_of(file)) {
      if (std::regex_search(line, ours)) found.push_back(name_of(file) + ": " + line);
    }
  }
  EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(Tidy, OnlyFactsSeesClang) {
  const std::regex clang(R"(#\s*include\s*[<"]clang/)");
  const auto sees_clang = [&](const fs::path& file) {
    const auto lines = lines_of(file);
    return std::any_of(lines.begin(), lines.end(), [&](const auto& line) { return std::regex_search(line, clang); });
  };
  std::vector<std::string> found;
  for (const auto& file : sources("analyzer")) {
    if (name_of(file).starts_with("analyzer/facts/")) continue;
    if (sees_clang(file)) found.push_back(name_of(file));
    for (const auto& line : lines_of(file)) {
      static const std::regex facts_header(R"(#\s*include\s*"(analyzer/facts/[^"]+)\")");
      std::smatch match;
      if (!std::regex_search(line, match, facts_header)) continue;
      if (sees_clang(fs::path(BANYAN_SOURCE_DIR) / match[1].str())) found.push_back(name_of(file) + " through " + match[1].str());
    }
  }
  EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(Tidy, FilesAreShort) {
  std::vector<std::string> found;
  for (const auto& part : parts) {
    for (const auto& file : sources(part)) {
      const std::size_t count = lines_of(file).size();
      if (count > max_file_lines) found.push_back(name_of(file) + ": " + std::to_string(count) + " lines");
    }
  }
  EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(Tidy, FunctionsAreShort) {
  std::vector<std::string> found;
  for (const std::string part : {"analyzer", "router", "extracted_services"}) {
    for (const auto& file : sources(part)) {
      for (const auto& body : long_bodies(lines_of(file))) {
        found.push_back(name_of(file) + ":" + std::to_string(body.first) + ": a function of " +
                        std::to_string(body.last - body.first + 1) + " lines");
      }
    }
  }
  EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(Tidy, LinksInDocumentsExist) {
  std::vector<std::string> found;
  const std::regex link(R"(\]\(([^)#:\s]+)(#[^)]*)?\))");
  std::vector<fs::path> pages = {fs::path(BANYAN_SOURCE_DIR) / "README.md"};
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(BANYAN_SOURCE_DIR) / "docs")) {
    if (entry.path().extension() == ".md") pages.push_back(entry.path());
  }
  for (const auto& page : pages) {
    for (const auto& line : lines_of(page)) {
      for (std::sregex_iterator it(line.begin(), line.end(), link), end; it != end; ++it) {
        if (!fs::exists(page.parent_path() / (*it)[1].str())) found.push_back(name_of(page) + ": " + (*it)[1].str());
      }
    }
  }
  EXPECT_TRUE(found.empty()) << joined(found);
}

}  // namespace
