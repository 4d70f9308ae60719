// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "base/clock.h"

namespace cinnabar::http {

/// Tells a flood from a burst: a bucket of `burst` tokens that refills by `per_second`. Every
/// suspicious event takes one; an honest client never empties it.
///
/// Lifetime: a member of what it guards. Threads: one.
class FloodGuard {
 public:
  FloodGuard(double burst, double per_second, SteadyTime now)
      : burst_(burst), per_second_(per_second), tokens_(burst), updated_(now) {}

  /// Counts one event. False: it was one too many.
  bool take(SteadyTime now) {
    const double seconds = std::chrono::duration<double>(now - updated_).count();
    tokens_ = std::min(burst_, tokens_ + std::max(seconds, 0.0) * per_second_);
    updated_ = now;
    if (tokens_ < 1.0) return false;
    tokens_ -= 1.0;
    return true;
  }

 private:
  double burst_;
  double per_second_;
  double tokens_;
  SteadyTime updated_;
};

}  // namespace cinnabar::http
