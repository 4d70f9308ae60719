// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cinnabar {

/// What the system knows of this process. 0: it does not say.
struct ProcessFigures {
  double cpu_seconds = 0;  ///< of all threads, user and system
  double start_time = 0;   ///< Unix seconds
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_fds = 0;
  std::uint64_t max_fds = 0;  ///< the soft limit
  std::uint64_t threads = 0;
};

/// Reads /proc: not for loops, as counting descriptors takes as long as there are many.
ProcessFigures read_process_figures();

}  // namespace cinnabar
