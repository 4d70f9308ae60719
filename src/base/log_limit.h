// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/mutex.h"

namespace cinnabar {

/// Keeps those who can cause log lines at will from flooding the log: lets the first `per_second` lines of
/// each second through and counts the others. Threads: any.
class LogLimit {
 public:
  explicit LogLimit(std::uint64_t per_second) : per_second_(per_second) {}

  /// Nothing: don't log this one. Otherwise how many were not logged since the last that was.
  std::optional<std::uint64_t> take(SteadyTime now) {
    const MutexLock lock(mutex_);
    if (now - since_ >= std::chrono::seconds(1)) {
      since_ = now;
      count_ = 0;
    }
    if (++count_ > per_second_) {
      ++dropped_;
      return {};
    }
    return std::exchange(dropped_, 0);
  }

 private:
  const std::uint64_t per_second_;
  Mutex mutex_;
  SteadyTime since_ CINNABAR_GUARDED_BY(mutex_);
  std::uint64_t count_ CINNABAR_GUARDED_BY(mutex_) = 0;
  std::uint64_t dropped_ CINNABAR_GUARDED_BY(mutex_) = 0;
};

}  // namespace cinnabar
