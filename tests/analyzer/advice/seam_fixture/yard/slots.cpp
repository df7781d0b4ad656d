#include "yard/slots.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace depot::yard {

int open_slots = 0;

void sort(Slot* first, std::size_t count, int (*compare)(const Slot&, const Slot&)) {
  std::sort(first, first + count, [&](const Slot& a, const Slot& b) { return compare != nullptr ? compare(a, b) < 0 : a < b; });
}

void log(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  std::vprintf(format, arguments);
  va_end(arguments);
}

}  // namespace depot::yard
