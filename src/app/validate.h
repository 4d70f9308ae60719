// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"

namespace cinnabar {

/// What is wrong with a configuration as a whole: one sentence each, with the place where the value
/// was given. Never holds a secret.
struct Validation {
  std::vector<std::string> errors;    ///< the hub must not start (CFG-2, TOK-19, DISC-13)
  std::vector<std::string> warnings;  ///< it may, but the operator should know (TOK-20, CFG-7)
};

Validation validate(const Config& config);

/// The development secret that everybody knows (CFG-7).
inline constexpr std::string_view kWellKnownSecret = "!ChangeThisMercureHubJWTSecretKey!";

}  // namespace cinnabar
