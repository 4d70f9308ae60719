// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cinnabar {

struct Config;
class DevGuide;

/// Serves until SIGTERM or SIGINT: opens the journal, starts the hub, listens. The answer is the
/// process' exit code: 0 after an orderly stop, 1 when something could not be opened or bound (said
/// on standard error). REQUIRES: `config` has been validated. `dev`, when given, is printed to
/// standard output once every address is bound. Call once, from the main thread.
int run_hub(const Config& config, const DevGuide* dev);

}  // namespace cinnabar
