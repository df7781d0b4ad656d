// One client connection of the server. Lives on the server's thread.
#pragma once
#include "extracted_services/service/dispatcher.hpp"
#include "extracted_services/service/request_reader.hpp"
#include "extracted_services/service/server.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <chrono>
#include <memory>

namespace banyan::service {

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Clock = std::chrono::steady_clock;

  HttpConnection(boost::asio::ip::tcp::socket socket, Dispatcher& dispatcher, const ServerOptions& options);

  // Serves requests until the client goes, an error, or the drain.
  boost::asio::awaitable<void> serve();

  // Called every tick: what waits too long is cut off, a half-read request with a 408.
  void check(Clock::time_point now);
  // No further request after the one in work; at once if none is.
  void drain();
  void cut_off();

 private:
  enum class Doing { waiting, reading, answering, writing };

  boost::asio::awaitable<RequestReader::State> read_request();
  boost::asio::awaitable<Response> answer(Request request);
  boost::asio::awaitable<void> pause(std::chrono::milliseconds time);
  boost::asio::awaitable<bool> write(const Response& response, bool head_only, bool keep_alive);
  boost::asio::awaitable<void> say_goodbye(const Fault& fault);
  void note_wish(const Request& request);
  void now_doing(Doing doing, std::chrono::milliseconds at_most);

  boost::asio::ip::tcp::socket socket_;
  Dispatcher& dispatcher_;
  const ServerOptions& options_;
  RequestReader reader_;
  std::array<char, 16 * 1024> bytes_;
  Doing doing_ = Doing::waiting;
  Clock::time_point deadline_;
  bool timed_out_ = false;
  bool wants_digest_ = false;  // the client, with the answer
  bool draining_ = false;
};

}  // namespace banyan::service
