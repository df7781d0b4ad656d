// soak_upstream PORT FILE: answers 200 to everything, after appending the X-Id of each write to the file, so that a
// kill cannot lose what had arrived. GET /hang waits for the caller to leave, GET /cut ends inside its answer.
#include "tests/conformance/wire.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace {

using banyan::conformance::Message;
using banyan::conformance::Wire;

bool answer(Wire& wire, const Message& request, int file) {
  const auto& line = request.first_line;
  if (line.find(" /hang ") != std::string::npos) return wire.at_end(), false;
  if (line.find(" /cut ") != std::string::npos) return wire.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"), false;
  if (request.has("X-Id") && !line.starts_with("GET ")) {
    const std::string id = request.get("X-Id") + "\n";
    if (::write(file, id.data(), id.size()) != static_cast<ssize_t>(id.size())) std::abort();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // time to be killed between the effect and the answer
  }
  wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  return true;
}

void serve(int fd, int file) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Wire wire(fd);
  try {
    while (!wire.at_end() && answer(wire, wire.read_message(), file)) {
    }
  } catch (const banyan::conformance::WireError&) {
    // Callers that break off are what this program is for.
  }
}

int listen_on(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd, 1024) != 0) return -1;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  std::printf("listening on %d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return fd;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const int file = ::open(argv[2], O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  const int listener = listen_on(static_cast<std::uint16_t>(std::atoi(argv[1])));
  if (file < 0 || listener < 0) return std::perror("soak_upstream"), 1;
  for (;;) {
    const int fd = TEMP_FAILURE_RETRY(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    if (fd >= 0) std::thread(serve, fd, file).detach();
  }
}
