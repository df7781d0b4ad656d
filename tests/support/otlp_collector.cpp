#include "tests/support/otlp_collector.hpp"

#include "tests/support/loopback.hpp"

#include <strings.h>

namespace banyan::support {
namespace {

std::string field_of(const std::string& head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at + 2)) {
    const char* line = head.c_str() + at + 2;
    if (strncasecmp(line, name.data(), name.size()) != 0 || line[name.size()] != ':') continue;
    const auto begin = at + 2 + name.size() + 1;
    const auto text = head.substr(begin, head.find("\r\n", begin) - begin);
    return text.substr(std::min(text.find_first_not_of(' '), text.size()));
  }
  return {};
}

// False: the peer has gone.
bool read_until(int fd, std::string& bytes, std::size_t size) {
  char piece[16 * 1024];
  while (bytes.size() < size) {
    const auto n = TEMP_FAILURE_RETRY(::recv(fd, piece, sizeof piece, 0));
    if (n <= 0) return false;
    bytes.append(piece, static_cast<std::size_t>(n));
  }
  return true;
}

bool read_head(int fd, std::string& bytes, std::size_t& size) {
  std::size_t end = 0;
  while ((end = bytes.find("\r\n\r\n")) == bytes.npos)
    if (!read_until(fd, bytes, bytes.size() + 1)) return false;
  size = end + 4;
  return true;
}

}  // namespace

OtlpCollector::OtlpCollector() {
  listener_ = listen_on_loopback(port_);
  acceptor_ = std::thread([this] { accept_all(); });
}

OtlpCollector::~OtlpCollector() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  let_go();
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
  ::close(listener_);
}

void OtlpCollector::accept_all() {
  while (!stopping_) {
    const int fd = accept_from(listener_);
    if (fd < 0) continue;
    const std::lock_guard lock(mutex_);
    open_.push_back(fd);
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void OtlpCollector::serve(int fd) {
  std::string bytes;
  for (std::size_t size = 0; read_head(fd, bytes, size);) {
    const auto head = bytes.substr(0, size);
    const auto length = field_of(head, "content-length");
    const auto body_size = length.empty() ? 0 : std::stoul(length);
    if (!read_until(fd, bytes, size + body_size)) break;
    const auto answer = take(head, bytes.substr(size, body_size));
    bytes.erase(0, size + body_size);
    if (answer.hang) break;
    send_all(fd, "HTTP/1.1 " + std::to_string(answer.status) + " Told\r\n" + answer.headers + "Content-Type: application/json\r\nContent-Length: " +
                     std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body);
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, fd);
  ::close(fd);
}

OtlpCollector::Answer OtlpCollector::take(const std::string& head, const std::string& body) {
  std::vector<CollectedSpan> spans;
  auto faults = otlp_faults(body, &spans);
  if (head.substr(0, head.find("\r\n")) != "POST /v1/traces HTTP/1.1") faults.push_back("asked for: " + head);
  if (field_of(head, "content-type") != "application/json") faults.push_back("content type: " + head);
  std::unique_lock lock(mutex_);
  heads_.push_back(head);
  faults_.insert(faults_.end(), faults.begin(), faults.end());
  Answer answer;
  if (!answers_.empty()) {
    answer = answers_.front();
    answers_.pop_front();
  }
  if (!answer.hang && answer.status == 200) {
    spans_.insert(spans_.end(), spans.begin(), spans.end());
    bodies_.push_back(body);
  }
  changed_.notify_all();
  if (answer.hang) changed_.wait(lock, [this] { return let_go_; });
  return answer;
}

void OtlpCollector::answer_with(std::vector<Answer> answers) {
  const std::lock_guard lock(mutex_);
  answers_.assign(answers.begin(), answers.end());
  let_go_ = false;
}

void OtlpCollector::let_go() {
  const std::lock_guard lock(mutex_);
  let_go_ = true;
  changed_.notify_all();
}

std::vector<CollectedSpan> OtlpCollector::spans() const {
  const std::lock_guard lock(mutex_);
  return spans_;
}

std::vector<CollectedSpan> OtlpCollector::spans(std::size_t at_least) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::seconds(30), [&] { return spans_.size() >= at_least; });
  return spans_;
}

std::size_t OtlpCollector::requests() const {
  const std::lock_guard lock(mutex_);
  return heads_.size();
}

std::vector<std::string> OtlpCollector::heads() const {
  const std::lock_guard lock(mutex_);
  return heads_;
}

std::vector<std::string> OtlpCollector::bodies() const {
  const std::lock_guard lock(mutex_);
  return bodies_;
}

std::vector<std::string> OtlpCollector::faults() const {
  const std::lock_guard lock(mutex_);
  return faults_;
}

}  // namespace banyan::support
