// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/caddy/translation.h"
#include "app/config.h"
#include "app/config_env.h"

namespace cinnabar::caddy {

/// Puts a translation into `config`: its issuers come after those that are there. `{env.NAME}` is replaced
/// from `environment`. The answer: one sentence for each value that has the wrong form.
std::vector<std::string> apply(const Translation& translation, const Environment& environment,
                               Config& config);

/// Whether `text` is `{env.NAME}` of a variable that is not set. Where a value may be left out, it is then.
bool stands_for_nothing(std::string_view text, const Environment& environment);

}  // namespace cinnabar::caddy
