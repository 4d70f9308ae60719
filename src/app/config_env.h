// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "base/result.h"

namespace cinnabar {

/// Environment variables by name.
using Environment = std::map<std::string, std::string, std::less<>>;

/// A copy of this process' environment.
Environment process_environment();

/// The value of a variable; empty when it isn't set. An empty variable counts as not set, as
/// container files set empty ones with `${NAME:-}`.
std::string_view variable(const Environment& environment, std::string_view name);

/// True when a variable configures the hub (not CINNABAR_CONFIG and CINNABAR_DEV_DIR, which say where
/// to find files, nor CINNABAR_BENCH_TOKEN, which is for `cinnabar bench`).
bool has_config_variables(const Environment& environment);

/// Puts the values of CINNABAR_<SECTION>_<KEY> variables into `config`. CINNABAR_ISSUER_* describe one
/// issuer: see Overlay. The answer: one sentence a problem, beginning with the variable's name.
std::vector<std::string> read_environment(const Environment& environment, Config& config);

/// Replaces each `{env.NAME}` in `text` by the variable's value (CFG-4). Errors: kInvalid, when a
/// variable is not set.
Result<std::string> expand_placeholders(std::string_view text, const Environment& environment);

}  // namespace cinnabar
