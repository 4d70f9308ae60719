// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "app/config_env.h"

namespace cinnabar {

/// Puts what the TOML document `text` says into `config`; its issuers come after those that are
/// there already. `{env.NAME}` in strings is replaced from `environment` (CFG-4). The answer: all
/// problems in the order of the document, "<file>:<line>:<column>: <sentence>"; lines and columns
/// count from 1. A document with a syntax error has that problem only.
std::vector<std::string> read_toml(std::string_view text, std::string_view file,
                                   const Environment& environment, Config& config);

}  // namespace cinnabar
