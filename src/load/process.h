// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>
#include <time.h>

#include <cstdint>

namespace cinnabar::load {

/// Reads what another process has used. `pid` 0: no process, all zeros.
class ProcessMeter {
 public:
  explicit ProcessMeter(pid_t pid);

  bool valid() const { return valid_; }

  /// CPU time of all its threads, user and system, in nanoseconds. The kernel adds the current
  /// slice of a thread that runs on another core only when it ends (or at a tick): let the
  /// process come to rest for a few milliseconds before reading a short interval.
  std::uint64_t cpu_ns() const;
  /// VmRSS in KiB.
  std::uint64_t rss_kib() const;
  /// Open sockets, listeners included: how many connections it still holds.
  std::uint64_t open_sockets() const;

 private:
  pid_t pid_;
  clockid_t clock_ = 0;
  bool valid_ = false;
};

}  // namespace cinnabar::load
