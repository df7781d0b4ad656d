// What has been asked of a service under a key and is not known to belong to an order yet: one line each in a file, on
// disk before the service hears of it. Whatever happens to the order or to this process, the key is found again and
// what it took is given back. One thread at a time.
#pragma once

#include <string>
#include <vector>

namespace shop::core {

struct Intent {
  std::string key;
  std::string trace;  // traceparent of the request; may be empty
};

class IntentLog {
 public:
  // Reads what an earlier process left open. Throws std::system_error when the file cannot be used.
  explicit IntentLog(std::string path);
  ~IntentLog();
  IntentLog(const IntentLog&) = delete;
  IntentLog& operator=(const IntentLog&) = delete;

  void opened(const Intent& intent);  // on disk when it returns
  void closed(const std::string& key);
  const std::vector<Intent>& open() const { return open_; }

 private:
  void rewrite();
  void append(const std::string& line, bool flush);

  std::string path_;
  int file_ = -1;
  std::size_t lines_ = 0;
  std::vector<Intent> open_;
};

}  // namespace shop::core
