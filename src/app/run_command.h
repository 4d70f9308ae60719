// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/config.h"
#include "app/config_env.h"
#include "app/dev.h"

namespace cinnabar {

/// The flags of `cinnabar run`.
struct RunRequest {
  std::string config;  ///< path of a file; empty: not given
  bool dev = false;
  std::vector<std::pair<std::string, std::string>> fields;  ///< {"hub.heartbeat", "10s"}
};

/// What run_hub() needs, and what to log before.
struct PreparedRun {
  Config config;
  std::optional<DevGuide> guide;
  std::vector<std::string> warnings;
};

/// Loads and validates the configuration. `program`: absolute path of this executable; `now`: Unix
/// seconds. Nothing: it is wrong, and why was written to `err`, one line a problem.
std::optional<PreparedRun> prepare_run(const RunRequest& request, const Environment& environment,
                                       const std::string& program, std::int64_t now, std::ostream& err);

/// `cinnabar check-config FILE`: what `run --config FILE` would say in this environment, without
/// starting anything. The answer is the exit code.
int check_config(const std::string& file, const Environment& environment, std::ostream& out,
                 std::ostream& err);

}  // namespace cinnabar
