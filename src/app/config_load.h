// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/config.h"
#include "app/config_env.h"

namespace cinnabar {

/// Where a configuration comes from, weakest first.
struct ConfigSources {
  Config base;  ///< defaults, or those of the development hub
  /// Whether the variables of the reference hub's image count (caddy/reference_variables.h). Their issuers
  /// give way to those of a file.
  bool reference_variables = true;
  std::optional<std::string> file;  ///< path of a TOML file, as it is to be named in messages
  Environment environment;          ///< CINNABAR_* and reference variables; placeholders of the file
  /// Flags in the order of the command line: {"hub.heartbeat", "10s"}.
  std::vector<std::pair<std::string, std::string>> flags;
};

struct LoadedConfig {
  Config config;
  std::vector<std::string> errors;    ///< none: the configuration can be used
  std::vector<std::string> warnings;  ///< worth logging at the start
};

/// Reads all sources, then validates the result. Every source that can be read is, so that `errors`
/// is complete; only what makes no sense together is not reported before each source is right.
LoadedConfig load_config(const ConfigSources& sources);

/// The file to use when none is named: ./cinnabar.toml, or /etc/cinnabar/cinnabar.toml, if it exists.
std::optional<std::string> default_config_file();

}  // namespace cinnabar
