// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdio>

#include "load/options.h"
#include "load/outcome.h"

namespace cinnabar::load {

/// Carries out a run, and waits for its end. `options` are checked, and the address is resolved. `context`:
/// of TLS, null for none. `stop` ends it early (set by a signal handler): what was measured is still
/// reported. `progress`: the terminal that shows how it goes; null: none.
Outcome run_load(const Options& options, SSL_CTX* context, const std::atomic<bool>& stop,
                 std::FILE* progress);

}  // namespace cinnabar::load
