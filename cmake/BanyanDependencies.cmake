# Finds what each half needs. Debian's names stand in the messages, because that is the fix.
find_package(Threads REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)

find_package(Boost 1.81 QUIET COMPONENTS json url)
if(NOT Boost_FOUND)
  message(FATAL_ERROR
    "Boost 1.81 or newer is needed (found: '${Boost_VERSION}').\n"
    "  Debian 12:  apt-get install libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev\n"
    "  It replaces libboost-dev (1.74): packages that depend on the old one would be removed, so look at\n"
    "  'apt-get -s install libboost1.81-dev' first.")
endif()

if(BANYAN_ROUTER OR BANYAN_SERVICES)
  find_package(OpenSSL REQUIRED)
  find_package(yaml-cpp REQUIRED)
  find_package(SQLiteCpp REQUIRED)
  find_library(BANYAN_URING uring)
  find_library(BANYAN_RE2 re2)
  if(NOT BANYAN_URING OR NOT BANYAN_RE2)
    message(FATAL_ERROR "liburing and RE2 are needed: apt-get install liburing-dev libre2-dev")
  endif()
endif()

if(BANYAN_ANALYZER)
  find_package(Clang 19.1 CONFIG QUIET HINTS /usr/lib/llvm-19)
  if(NOT Clang_FOUND)
    message(FATAL_ERROR
      "LLVM/Clang 19.1 is needed for the analyzer: apt-get install clang-19 libclang-19-dev libclang-cpp19-dev llvm-19-dev\n"
      "  Without it, build the router only: ./banyan build --router-only")
  endif()
endif()

if(BANYAN_TESTS)
  find_package(GTest REQUIRED)
endif()
