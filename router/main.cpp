// banyan-router. Built twice: on epoll, and on io_uring as banyan-router-uring. BANYAN_IO=uring makes the first start the
// second, which lies beside it; the second starts the first when the kernel refuses a ring.
#include "router/cli/cli.hpp"
#include "router/cli/serve.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <string>

#if defined(BOOST_ASIO_HAS_IO_URING)
#include <liburing.h>
#endif

namespace {

// Which program is to run in place of this one, and why.
struct Twin {
  std::string program, why;  // both empty: this one
};

#if defined(BOOST_ASIO_HAS_IO_URING)
Twin better_twin(const std::string&) {
  io_uring ring;
  const int code = io_uring_queue_init(8, &ring, 0);
  if (code < 0) return {"banyan-router", std::string("the kernel refuses io_uring: ") + std::strerror(-code)};
  io_uring_queue_exit(&ring);
  return {};
}
#else
Twin better_twin(const std::string& wanted) {
  if (wanted == "uring") return {"banyan-router-uring", "BANYAN_IO=uring"};
  return {};
}
#endif

// Returns only when the twin cannot be started.
int start(const Twin& twin, char** argv) {
  std::error_code error;
  const auto file = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / twin.program;
  std::cerr << twin.why << "; starting " << twin.program << "\n";
  ::setenv("BANYAN_IO", "epoll", 1);  // or it would send us back
  ::execv(file.c_str(), argv);
  std::cerr << "error: cannot start " << file.string() << ": " << std::strerror(errno) << "\n";
  return banyan::cli::Exit::unusable;
}

int run(char** argv, const banyan::cli::Options& options) {
  const char* io = std::getenv("BANYAN_IO");
  const std::string wanted = io ? io : "";
  if (!wanted.empty() && wanted != "epoll" && wanted != "uring") {
    std::cerr << "error: BANYAN_IO is '" << wanted << "'\n  hint: epoll (the default) or uring\n";
    return banyan::cli::Exit::unusable;
  }
  if (const Twin twin = better_twin(wanted); !twin.program.empty()) return start(twin, argv);
  return banyan::cli::serve(options);
}

}  // namespace

int main(int argc, char** argv) {
  return banyan::cli::main_of(argc, argv, [argv](const banyan::cli::Options& options) { return run(argv, options); });
}
