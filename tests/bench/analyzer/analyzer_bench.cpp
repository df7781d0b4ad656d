// What extraction costs beside `clang++ -fsyntax-only -w` over the same commands, in the same run.
//
//   analyzer_bench NAME=BUILD,ROOT...       prints a table; exit 2 when something could not be measured
//
// Extraction is `map --shard 1/1`: facts into the store, nothing after. CPU is user and system time of the
// process; clang++ runs once a unit, one after the other. The units are those of the database that lie below
// ROOT, all of them, or --units of them, spread.
#include "analyzer/compile_db/compile_db.hpp"
#include "tests/bench/analyzer/child.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace banyan::bench {
namespace {

namespace fs = std::filesystem;

struct Program {
  std::string name, build, root;
};

struct Options {
  std::vector<std::string> programs;
  std::string analyze = std::string(BANYAN_BINARY_DIR) + "/bin/banyan-analyze";
  std::string clang = "clang++-19";
  std::string work = std::string(BANYAN_BINARY_DIR) + "/bench-analyzer";
  std::size_t units = 0;
  bool two_cores = true;
};

struct Line {
  std::string name;
  std::size_t units = 0;
  double floor = 0, cold = 0, alone = 0, warm = 0, one = 0, wall1 = 0, wall2 = 0, kb_per_unit = 0;
  double warm_wall = 0;
  long peak_kb = 0;
  std::string parsed_after_touch;
};

Program parse_program(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::size_t comma = text.rfind(',');
  if (equals == std::string::npos || comma == std::string::npos || comma < equals)
    throw std::runtime_error("want NAME=BUILD,ROOT, got '" + text + "'");
  const auto absolute = [](const std::string& path) { return fs::absolute(path).lexically_normal().string(); };
  return {text.substr(0, equals), absolute(text.substr(equals + 1, comma - equals - 1)), absolute(text.substr(comma + 1))};
}

// The commands below the root, as the analyzer runs them.
std::vector<compile_db::Command> commands_of(const Program& program) {
  compile_db::Options options;
  options.build_path = program.build;
  options.working_directory = fs::current_path().string();
  const auto found = compile_db::find_database(options);
  if (const auto* problem = std::get_if<compile_db::Problem>(&found)) throw std::runtime_error(problem->message);
  auto loaded = compile_db::load_database(std::get<std::string>(found), options);
  if (const auto* problem = std::get_if<compile_db::Problem>(&loaded)) throw std::runtime_error(problem->message);
  std::vector<compile_db::Command> out = std::move(std::get<compile_db::Database>(loaded).commands);
  std::erase_if(out, [&](const auto& command) { return !command.file.starts_with(program.root + "/"); });
  return out;
}

std::vector<compile_db::Command> spread(std::vector<compile_db::Command> all, std::size_t count) {
  if (count == 0 || count >= all.size()) return all;
  std::vector<compile_db::Command> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(all[i * all.size() / count]);
  return out;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// A database of exactly the units that are measured.
void write_database(const std::vector<compile_db::Command>& commands, const std::string& folder) {
  fs::create_directories(folder);
  std::ofstream out(folder + "/compile_commands.json");
  const char* separator = "[";
  for (const auto& command : commands) {
    out << separator << "\n{\"directory\": " << quoted(command.directory) << ", \"file\": " << quoted(command.file)
        << ", \"arguments\": [";
    for (std::size_t i = 0; i < command.original.size(); ++i) out << (i != 0 ? ", " : "") << quoted(command.original[i]);
    out << "]}";
    separator = ",";
  }
  out << "\n]\n";
}

double floor_of(const std::vector<compile_db::Command>& commands, const Options& options) {
  double cpu = 0;
  std::size_t failed = 0;
  for (const auto& command : commands) {
    std::vector<std::string> words{options.clang, "-w"};
    words.insert(words.end(), command.arguments.begin() + 1, command.arguments.end());
    const Cost cost = run(words, command.directory);
    if (cost.status == 127) throw std::runtime_error(options.clang + " is not installed");
    failed += cost.status != 0 ? 1 : 0;
    cpu += cost.cpu_seconds;
  }
  if (failed > 0) std::cerr << "  " << failed << " units have errors under " << options.clang << '\n';
  return cpu;
}

class Bench {
 public:
  Bench(const Options& options, const Program& program)
      : options_(options), program_(program), folder_(options.work + "/" + program.name) {}

  Line measure() {
    Line line;
    const auto commands = spread(commands_of(program_), options_.units);
    if (commands.empty()) throw std::runtime_error(program_.name + ": no units below " + program_.root);
    fs::remove_all(folder_);
    write_database(commands, folder_ + "/build");
    line.name = program_.name;
    line.units = commands.size();
    std::cerr << program_.name << ": " << commands.size() << " units, clang++ ...\n";
    line.floor = floor_of(commands, options_);
    std::cerr << program_.name << ": cold ...\n";
    const Cost cold = map("cold", {"-j1"});
    line.cold = cold.cpu_seconds;
    line.wall1 = cold.wall_seconds;
    line.peak_kb = cold.peak_kb;
    line.kb_per_unit = static_cast<double>(fs::file_size(folder_ + "/cold/banyan.db")) / 1024.0 /
                       static_cast<double>(line.units);
    const Cost warm = map("cold", {"-j1"});
    line.warm = warm.cpu_seconds;
    line.warm_wall = warm.wall_seconds;
    fs::last_write_time(commands[commands.size() / 2].file, fs::file_time_type::clock::now());
    const Cost one = map("cold", {"-j1"});
    line.one = one.cpu_seconds;
    line.parsed_after_touch = one.err.substr(0, one.err.find(" units parsed"));
    line.parsed_after_touch = line.parsed_after_touch.substr(line.parsed_after_touch.rfind('\n') + 1);
    line.alone = map("alone", {"-j1", "--no-merge"}).cpu_seconds;
    if (options_.two_cores) line.wall2 = map("two", {"-j2"}).wall_seconds;
    return line;
  }

 private:
  Cost map(const std::string& output, const std::vector<std::string>& more) {
    std::vector<std::string> words{options_.analyze, "map",        "-p",  folder_ + "/build", "--root", program_.root, "-o",
                                   folder_ + "/" + output, "--no-config", "--shard", "1/1", "--progress", "none",
                                   "--max-failed-tus", "100"};
    words.insert(words.end(), more.begin(), more.end());
    Cost cost = run(words, folder_);
    if (cost.status != 0) throw std::runtime_error("banyan-analyze ended with " + std::to_string(cost.status) + "\n" + cost.err);
    return cost;
  }

  const Options& options_;
  const Program& program_;
  std::string folder_;
};

void print(const std::vector<Line>& lines) {
  std::printf("\n%-10s %6s %8s | %8s %6s | %8s %6s | %6s %7s | %7s %7s | %8s %8s | %s\n", "program", "units", "clang++",
              "cold", "ratio", "no merge", "ratio", "warm", "of cl.", "1 .cpp", "parsed", "peak MB", "KB/unit", "-j2 wall");
  for (const Line& line : lines) {
    std::printf("%-10s %6zu %7.2fs | %7.2fs %6.3f | %7.2fs %6.3f | %5.2fs %6.2f%% | %6.2fs %7s | %8.0f %8.1f | ",
                line.name.c_str(), line.units, line.floor, line.cold, line.cold / line.floor, line.alone,
                line.alone / line.floor, line.warm, 100 * line.warm / line.floor, line.one,
                line.parsed_after_touch.c_str(), static_cast<double>(line.peak_kb) / 1024, line.kb_per_unit);
    if (line.wall2 > 0) std::printf("%.2fs (%.2f x)", line.wall2, line.wall1 / line.wall2);
    std::printf("\n");
  }
  std::printf("\nCPU seconds. clang++: -fsyntax-only -w, one process a unit, in this run. cold: facts of all units, -j1.\n"
              "bars: cold <= 0.20, with --no-merge <= 0.50, warm <= 1 %%, one .cpp = 1 unit, peak <= 600 MB, <= 150 KB a unit,"
              " -j2 >= 1.8 x\n");
}

int main_of(int argc, char** argv) {
  Options options;
  CLI::App app("Extraction beside clang++ -fsyntax-only", "analyzer_bench");
  app.add_option("programs", options.programs, "NAME=BUILD,ROOT")->required();
  app.add_option("--units", options.units, "Only so many units of each, spread");
  app.add_option("--clang", options.clang, "The compiler to compare with")->capture_default_str();
  app.add_flag("!--no-two-cores", options.two_cores, "Leave the -j2 run out");
  CLI11_PARSE(app, argc, argv);
  std::vector<Line> lines;
  for (const std::string& text : options.programs) lines.push_back(Bench(options, parse_program(text)).measure());
  print(lines);
  return 0;
}

}  // namespace
}  // namespace banyan::bench

int main(int argc, char** argv) {
  try {
    return banyan::bench::main_of(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << '\n';
    return 2;
  }
}
