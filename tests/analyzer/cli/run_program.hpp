// Runs banyan-analyze as a user does, in a project made for the test.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace banyan::cli::test {

struct Finished {
  int status = -1;  // exit code, or 128 + signal
  std::string out;
  std::string err;
};

// A folder with three units that share a header, and a compile database in build/.
class Sandbox {
 public:
  explicit Sandbox(const std::string& name);
  ~Sandbox();
  void write(const std::string& name, const std::string& content) const;
  std::string read(const std::string& name) const;
  void database(const std::vector<std::string>& sources) const;
  Finished run(const std::vector<std::string>& arguments) const;
  pid_t start(const std::vector<std::string>& arguments) const;  // output goes to out.txt and err.txt
  Finished wait(pid_t process) const;
  std::filesystem::path folder;
};

}  // namespace banyan::cli::test
