// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cinnabar::url::pattern {

/// URL Pattern Standard, section 2.1 "Parts".
enum class PartType : std::uint8_t { kFixedText, kRegexp, kSegmentWildcard, kFullWildcard };
enum class Modifier : std::uint8_t { kNone, kOptional, kZeroOrMore, kOneOrMore };

struct Part {
  PartType type = PartType::kFixedText;
  Modifier modifier = Modifier::kNone;
  std::string value;   ///< of a fixed text (canonical), or the source of a regexp
  std::string name;    ///< of a group; digits if it has none of its own; empty for a fixed text
  std::string prefix;  ///< canonical text before and after the group, inside of what the modifier repeats
  std::string suffix;
};

using PartList = std::vector<Part>;

/// How a component is cut into segments: "Options" in section 2.1. NUL stands for the empty string.
struct Options {
  char delimiter = '\0';
  char prefix = '\0';
};
inline constexpr Options kDefaultOptions{};
inline constexpr Options kHostnameOptions{'.', '\0'};
inline constexpr Options kPathnameOptions{'/', '/'};

}  // namespace cinnabar::url::pattern
