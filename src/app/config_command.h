// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>

#include "app/config_env.h"
#include "app/run_command.h"

namespace cinnabar {

/// The flags of `cinnabar config`.
struct ConfigRequest {
  bool effective = false;
  bool reference = false;
  RunRequest run;  ///< what `cinnabar run` would be given
};

/// Everything that `config` says, as TOML, with where each value came from as a comment. Secrets are masked.
std::string effective_toml(Config config);

/// The reference of all settings, as Markdown: docs/reference/configuration.md.
std::string configuration_reference();

/// `cinnabar config`. The answer is the exit code.
int config_command(const ConfigRequest& request, const Environment& environment, std::ostream& out,
                   std::ostream& err);

}  // namespace cinnabar
