// The listening side: HTTP/1.1 with keep-alive on a small pool of threads. Handlers run on those threads.
#pragma once

#include <memory>
#include <string>

namespace shop::core {

class Router;

class HttpServer {
 public:
  // Binds at once, so port() is known; throws when the address is taken. `threads` 0: one per core, at least 2.
  HttpServer(const Router& router, const std::string& address, int port, int threads = 0);
  ~HttpServer();

  int port() const;

  // Serves until stop() or, if `signals`, SIGTERM or SIGINT. Requests being answered are finished first.
  void run(bool signals);
  void stop();          // any thread
  bool stopping() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace shop::core
