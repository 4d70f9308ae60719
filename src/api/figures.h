// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "base/metrics.h"

namespace cinnabar {

/// Refused requests by the check that failed, which is TokenRefusal::check. Threads: any.
class RefusalFigures {
 public:
  /// The last one stands for what is not listed.
  static constexpr std::array<std::string_view, 16> kChecks = {
      "presentation", "structure", "header", "alg",    "typ",    "claims", "iss",       "key",
      "signature",    "time",      "aud",    "grants", "origin", "budget", "deny list", "other"};

  void add(std::string_view check) {
    // Which bound of its lifetime a token is beyond tells an operator nothing that the log doesn't.
    if (check == "exp" || check == "nbf" || check == "iat") check = "time";
    const auto at = std::find(kChecks.begin(), kChecks.end() - 1, check);
    counters_[static_cast<std::size_t>(at - kChecks.begin())].add();
  }
  const Counter& of(std::size_t check) const { return counters_[check]; }

 private:
  std::array<Counter, kChecks.size()> counters_;
};

/// What the endpoints count. Threads: any.
struct ApiFigures {
  Counter updates;          ///< accepted: stored, and answered 200
  Counter updates_failed;   ///< right, but not stored
  Counter updates_refused;  ///< authenticated requests that broke a rule or lacked a grant
  Counter unknown_cursors;  ///< streams that asked to go on after an event that history does not hold
  RefusalFigures refusals;
  Histogram publish_duration{scales::kLatency};  ///< from the whole request to the answer, of accepted ones
};

}  // namespace cinnabar
