// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/config_env.h"

namespace cinnabar::caddy {

/// Whether one of the MERCURE_* variables of the reference hub's image is set (CFG-5). Only then SERVER_NAME
/// and the others without that prefix are looked at: they are common names.
bool has_reference_variables(const Environment& environment);

struct ReferenceVariables {
  std::vector<std::string> problems;  ///< each begins with the variable's name
  std::vector<std::string> notes;     ///< what is not used, and why
};

/// Puts what these variables say into `config`; nothing, when none is set. Every other source is stronger.
/// `alone`: there is no configuration file, so that an unset SERVER_NAME means "localhost".
ReferenceVariables read_reference_variables(const Environment& environment, bool alone, Config& config);

/// Why the hub cannot serve the names in SERVER_NAME, if it is them that it would serve: they need a
/// certificate. `config`: after all sources were read.
std::optional<std::string> missing_certificate(const Environment& environment, const Config& config);

}  // namespace cinnabar::caddy
