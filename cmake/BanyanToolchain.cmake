# Warnings as errors, sanitizers, ccache. Every target of ours links banyan_flags.
find_program(BANYAN_CCACHE ccache)
if(BANYAN_CCACHE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")  # or no precompiled header equals another
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  endif()
  # The precompiled headers need the sloppiness (ccache manual, "Precompiled headers"); with the base directory and
  # without the working directory in the hash, a second clone finds what the first one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${BANYAN_CCACHE})
endif()

add_library(banyan_flags INTERFACE)
target_include_directories(banyan_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(banyan_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(banyan_flags INTERFACE
    -fpch-preprocess
    -Wno-maybe-uninitialized  # false alarms through coroutine frames in GCC 12
    -Wno-subobject-linkage    # in a unity build every file but the first looks like a header to it
    -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-dangling-pointer)  # the same, from libstdc++ at -O2
else()
  target_compile_options(banyan_flags INTERFACE
    -Wno-deprecated-declarations  # libstdc++ 12 uses what it deprecates
    -Wno-shadow)                  # in a unity build one file's names shadow another's; GCC has looked already
endif()
if(BANYAN_SANITIZE)
  add_compile_options(-fsanitize=${BANYAN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${BANYAN_SANITIZE})
  add_compile_definitions(BANYAN_SANITIZED)  # time and memory are not the program's own
endif()
