// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/caddy/lexer.h"

namespace cinnabar::caddy {

/// One line of a Caddyfile, and the lines of its block.
struct Statement {
  std::vector<Token> words;  ///< the name and its arguments; none for the block of global options
  bool has_block = false;
  Place block_place;  ///< of its {
  std::vector<Statement> block{};

  std::string_view name() const { return words.empty() ? std::string_view() : words.front().text; }
  Place place() const { return words.empty() ? block_place : words.front().place; }
};

struct Document {
  std::vector<Statement> statements;
  std::string problem;  ///< "Caddyfile:3:5: …"; then there are no statements
};

/// Reads the lines and blocks of a text; see tokenize(). What they mean is for others to say.
Document parse(std::string_view text, std::string_view file, const Environment& environment,
               Substitution substitution);

}  // namespace cinnabar::caddy
