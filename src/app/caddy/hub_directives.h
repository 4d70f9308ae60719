// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "app/caddy/parser.h"
#include "app/caddy/translation.h"

namespace cinnabar::caddy {

/// Translates the directives of a `mercure` block (CFG-1, CFG-2, COMPAT-38). `file` names the text in
/// messages. Values are not checked beyond what their translation needs: see apply.h.
void translate_hub(const std::vector<Statement>& directives, std::string_view file, Translation& out);

}  // namespace cinnabar::caddy
