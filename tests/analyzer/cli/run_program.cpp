#include "tests/analyzer/cli/run_program.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/wait.h>

namespace banyan::cli::test {

namespace fs = std::filesystem;

Sandbox::Sandbox(const std::string& name) : folder(fs::path(testing::TempDir()) / ("banyan_cli_" + name + "_" + std::to_string(getpid()))) {
  fs::remove_all(folder);
  write(".git/HEAD", "ref: refs/heads/main\n");
  write("src/shop.h", "#pragma once\nvoid run(const char* sql);\nint total();\n");
  write("src/orders.cpp",
        "#include \"shop.h\"\nvoid place() { run(\"INSERT INTO orders(id) VALUES(1)\"); }\n");
  write("src/stock.cpp", "#include \"shop.h\"\nvoid take() { run(\"UPDATE stock SET n = n - 1\"); }\n");
  write("src/alone.cpp", "int alone() { return 1; }\n");
  write("schema.sql",
        "CREATE TABLE orders(id INTEGER PRIMARY KEY);\nCREATE TABLE stock(sku TEXT, n INTEGER);\n");
  database({"orders.cpp", "stock.cpp", "alone.cpp"});
}

Sandbox::~Sandbox() { fs::remove_all(folder); }

void Sandbox::write(const std::string& name, const std::string& content) const {
  fs::create_directories((folder / name).parent_path());
  std::ofstream(folder / name, std::ios::binary) << content;
}

std::string Sandbox::read(const std::string& name) const {
  std::ifstream in(folder / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void Sandbox::database(const std::vector<std::string>& sources) const {
  std::string json = "[";
  for (const std::string& source : sources) {
    json += json.size() > 1 ? "," : "";
    json += "\n{\"directory\": \"" + folder.string() + "\", \"file\": \"src/" + source +
            "\", \"command\": \"g++ -std=c++20 -c src/" + source + "\"}";
  }
  write("build/compile_commands.json", json + "\n]\n");
}

pid_t Sandbox::start(const std::vector<std::string>& arguments) const {
  std::vector<std::string> words{std::string(BANYAN_BINARY_DIR) + "/bin/banyan-analyze"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const std::string out = (folder / "out.txt").string();
  const std::string err = (folder / "err.txt").string();
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child > 0) return child;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  if (chdir(folder.c_str()) != 0) _exit(126);
  dup2(open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644), STDOUT_FILENO);
  dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644), STDERR_FILENO);
  execv(argv[0], argv.data());
  _exit(127);
}

Finished Sandbox::wait(pid_t process) const {
  int status = 0;
  waitpid(process, &status, 0);
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {code, read("out.txt"), read("err.txt")};
}

Finished Sandbox::run(const std::vector<std::string>& arguments) const { return wait(start(arguments)); }

}  // namespace banyan::cli::test
