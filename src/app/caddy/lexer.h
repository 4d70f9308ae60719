// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config_env.h"

namespace cinnabar::caddy {

/// Where something stands in a text; both count from 1.
struct Place {
  unsigned line = 1;
  unsigned column = 1;
};

/// "Caddyfile:3:5"
std::string shown(std::string_view file, const Place& place);

struct Token {
  std::string text;
  Place place;
  bool starts_line = false;  ///< the first of its line
  bool quoted = false;       ///< so that "{" is no brace
};

/// What became of a text: tokens, or the one sentence ("Caddyfile:3:5: …") that says why there are none.
struct Tokens {
  std::vector<Token> tokens;
  std::string problem;
};

/// How `{$NAME}` and `{$NAME:default}`, which are replaced before a text is read, are dealt with.
enum class Substitution {
  kValues,       ///< by the variable's value, by the default, or by nothing
  kPlaceholders  ///< a value of one word, but where a line begins, by `{env.NAME}`, so that a secret is not
                 ///< copied
};

/// Splits a text in the syntax of a Caddyfile: words, "quoted", `raw` and <<HEREDOC texts, comments, lines
/// continued by a backslash. What was substituted stands at the place of its `{$`.
Tokens tokenize(std::string_view text, std::string_view file, const Environment& environment,
                Substitution substitution);

}  // namespace cinnabar::caddy
