# SPDX-License-Identifier: Apache-2.0
# Compiler settings that every target of this project shares.

set(CINNABAR_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")
option(CINNABAR_FUZZ "Build the libFuzzer targets (clang only)" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Without this ccache leaves every file with a precompiled header alone, and two build folders
  # share nothing.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    "${CCACHE_PROGRAM}")
endif()

# -g1 keeps backtraces readable at a fraction of the link time of -g.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")

add_library(cinnabar_options INTERFACE)
target_compile_options(cinnabar_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Werror
  -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(cinnabar_options INTERFACE -Wthread-safety)
endif()
target_include_directories(cinnabar_options INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_compile_definitions(cinnabar_options INTERFACE
  CINNABAR_VERSION="${PROJECT_VERSION}"
  BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED
  SPDLOG_COMPILED_LIB
  SPDLOG_FMT_EXTERNAL
  TOML_HEADER_ONLY=0)

if(CINNABAR_FUZZ)
  # Coverage feedback from the libraries too, not from the targets alone.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(CINNABAR_SANITIZE)
  add_compile_options(-fsanitize=${CINNABAR_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CINNABAR_SANITIZE})
  if(CINNABAR_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio's fences are not understood by TSan; there they are followed by locks anyway.
    add_compile_options(-Wno-tsan)
  endif()
endif()
