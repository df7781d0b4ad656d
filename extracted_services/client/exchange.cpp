#include "extracted_services/client/exchange.hpp"

#include "extracted_services/client/response_reader.hpp"
#include "extracted_services/integrity/content_digest.hpp"

#include <boost/asio.hpp>

#include <array>

namespace banyan::client {
namespace asio = boost::asio;
namespace {

constexpr auto nothrow = asio::as_tuple(asio::use_awaitable);

// Closes the socket when time is up; whoever waits on it then sees an error and looks at `passed`.
struct Alarm {
  Alarm(const std::shared_ptr<Socket>& socket, Deadline deadline)
      : timer(socket->get_executor(), deadline), passed(std::make_shared<bool>(false)) {
    timer.async_wait([socket, flag = passed](boost::system::error_code error) {
      if (error) return;
      *flag = true;
      boost::system::error_code ignored;
      socket->close(ignored);
    });
  }
  asio::steady_timer timer;
  std::shared_ptr<bool> passed;
};

Error failed(const Alarm& alarm, Failure otherwise, bool may_have_acted, std::string why) {
  if (*alarm.passed) return {Failure::timeout, may_have_acted, "no answer in time"};
  return {otherwise, may_have_acted, std::move(why)};
}

}  // namespace

std::string request_text(const Call& call, std::string_view host, std::uint16_t port) {
  std::string text = call.method + " " + call.target + " HTTP/1.1\r\nHost: " + std::string(host) + ":" +
                     std::to_string(port) + "\r\n";
  for (const auto& [name, value] : call.headers) text += name + ": " + value + "\r\n";
  if (!call.body.empty()) text += "Content-Type: application/json\r\n";
  if (call.digest) {
    using namespace integrity;
    text += std::string(want_field) + ": " + std::string(want_value) + "\r\n";
    if (!call.body.empty()) text += std::string(digest_field) + ": " + content_digest(call.body) + "\r\n";
  }
  if (!call.body.empty() || call.method == "POST" || call.method == "PUT")
    text += "Content-Length: " + std::to_string(call.body.size()) + "\r\n";
  return text + "\r\n" + call.body;
}

asio::awaitable<Exchanged> exchange(std::shared_ptr<Socket> socket, asio::ip::tcp::endpoint peer,
                                    const Call& call, std::string request, std::size_t most_body,
                                    Deadline deadline) {
  const Alarm alarm(socket, deadline);
  const bool reused = socket->is_open();
  if (!reused) {
    const auto [error] = co_await socket->async_connect(peer, nothrow);
    if (error) co_return Exchanged{failed(alarm, Failure::refused, false, error.message())};
    boost::system::error_code ignored;
    socket->set_option(asio::ip::tcp::no_delay(true), ignored);
  }
  const auto [write_error, written] = co_await asio::async_write(*socket, asio::buffer(request), nothrow);
  if (write_error)
    co_return Exchanged{failed(alarm, Failure::cut, true, write_error.message()), false, reused && !*alarm.passed};
  ResponseReader reader(call.method, most_body);
  std::array<char, 8192> bytes;
  auto state = ResponseReader::State::need_more;
  while (state == ResponseReader::State::need_more) {
    const auto [error, size] = co_await socket->async_read_some(asio::buffer(bytes), nothrow);
    if (error == asio::error::eof && reader.begun()) {
      state = reader.end_of_stream();
    } else if (error) {
      const bool stale = reused && !reader.begun() && !*alarm.passed;
      co_return Exchanged{failed(alarm, Failure::cut, true, error.message()), false, stale};
    } else {
      state = reader.feed({bytes.data(), size});
    }
  }
  if (state == ResponseReader::State::failed)
    co_return Exchanged{failed(alarm, reader.begun() ? Failure::malformed : Failure::cut, true, reader.error())};
  co_return Exchanged{std::move(reader.answer()), reader.keep_alive() && !*alarm.passed};
}

}  // namespace banyan::client
