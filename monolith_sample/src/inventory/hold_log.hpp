// Which holds have been asked for and are not known to belong to an order yet: one line each in a file, on disk before
// the inventory service hears of the hold. Whatever happens to the order or to this process, the hold is found again
// and given back. One thread at a time: Holds' mutex.
#pragma once

#include <string>
#include <vector>

namespace shop::inventory {

struct OpenHold {
  std::string key;
  std::string trace;  // traceparent of the request; may be empty
};

class HoldLog {
 public:
  // Reads what an earlier process left open. Throws std::system_error when the file cannot be used.
  explicit HoldLog(std::string path);
  ~HoldLog();
  HoldLog(const HoldLog&) = delete;
  HoldLog& operator=(const HoldLog&) = delete;

  void opened(const OpenHold& hold);  // on disk when it returns
  void closed(const std::string& key);
  const std::vector<OpenHold>& open() const { return open_; }

 private:
  void rewrite();
  void append(const std::string& line, bool flush);

  std::string path_;
  int file_ = -1;
  std::size_t lines_ = 0;
  std::vector<OpenHold> open_;
};

}  // namespace shop::inventory
