// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>

#include "app/caddy/translation.h"
#include "app/config_env.h"

namespace cinnabar::caddy {

/// Reads a whole Caddyfile with one `mercure` block: its global options, its site and its hub. `file` names
/// it in messages.
Translation translate_caddyfile(const std::string& text, const std::string& file,
                                const Environment& environment);

/// Our TOML for a translation without problems; what has no equivalent is in comments. Variables stay
/// `{env.NAME}`, so that it holds no secret that the Caddyfile doesn't hold.
std::string to_toml(const Translation& translation, const std::string& file, const Environment& environment);

/// `cinnabar convert-config FILE`, or "-" for standard input. The answer is the exit code.
int convert_config(const std::string& file, const Environment& environment, std::istream& in,
                   std::ostream& out, std::ostream& err);

}  // namespace cinnabar::caddy
