// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "app/caddy/parser.h"
#include "app/caddy/translation.h"

namespace cinnabar::caddy {

/// Translates `transport bolt { … }` and `transport local`.
void translate_transport(const Statement& directive, std::string_view file, Translation& out);

/// Translates a transport URL of 0.x, `bolt://path?size=…` or `local://local`; `called` is the directive or
/// the variable that holds it, `origin` where.
void translate_transport_url(const std::string& url, const std::string& called, const std::string& origin,
                             Translation& out);

}  // namespace cinnabar::caddy
