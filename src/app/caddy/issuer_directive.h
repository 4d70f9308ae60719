// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "app/caddy/parser.h"
#include "app/caddy/translation.h"

namespace cinnabar::caddy {

/// Translates `issuer <id> { authorization_server; publisher { … }; subscriber { … } }`.
void translate_issuer(const Statement& directive, std::string_view file, Translation& out);

/// Translates `publisher_jwt`, `subscriber_jwt`, `publisher_jwks_url` and `subscriber_jwks_url` of 0.x, which
/// together are one issuer without id. False: it is none of these.
bool translate_legacy_key(const Statement& directive, std::string_view file, Translation& out);

}  // namespace cinnabar::caddy
