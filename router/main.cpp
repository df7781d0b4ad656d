// banyan-router. Built twice: for io_uring, and as banyan-router-epoll. The first starts the second, which
// lies beside it, when the kernel refuses a ring or BANYAN_IO=epoll asks for it.
#include "router/cli/cli.hpp"
#include "router/cli/serve.hpp"

#if defined(BOOST_ASIO_HAS_IO_URING)
#include <liburing.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#endif

namespace {

#if defined(BOOST_ASIO_HAS_IO_URING)
// Empty when a ring can be had.
std::string why_no_ring() {
  const char* wanted = std::getenv("BANYAN_IO");
  if (wanted && std::strcmp(wanted, "epoll") == 0) return "BANYAN_IO=epoll";
  io_uring ring;
  const int code = io_uring_queue_init(8, &ring, 0);
  if (code < 0) return std::string("the kernel refuses io_uring: ") + std::strerror(-code);
  io_uring_queue_exit(&ring);
  return {};
}

// Returns only when the twin cannot be started.
int start_twin(char** argv, const std::string& why) {
  std::error_code error;
  const auto twin =
      std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "banyan-router-epoll";
  std::cerr << why << "; starting " << twin.filename().string() << "\n";
  ::execv(twin.c_str(), argv);
  std::cerr << "error: cannot start " << twin.string() << ": " << std::strerror(errno) << "\n";
  return banyan::cli::Exit::unusable;
}
#endif

}  // namespace

int main(int argc, char** argv) {
  return banyan::cli::main_of(argc, argv, [argv](const banyan::cli::Options& options) {
#if defined(BOOST_ASIO_HAS_IO_URING)
    if (const std::string why = why_no_ring(); !why.empty()) return start_twin(argv, why);
#else
    (void)argv;
#endif
    return banyan::cli::serve(options);
  });
}
