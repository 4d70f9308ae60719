// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace cinnabar {

/// For durations and deadlines: never jumps.
using SteadyTime = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

inline SteadyTime steady_now() { return std::chrono::steady_clock::now(); }

/// Milliseconds since 1970-01-01T00:00Z, for what is stored or compared with
/// tokens. May jump when the system clock is set.
inline std::int64_t unix_now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace cinnabar
