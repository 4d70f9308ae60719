// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace cinnabar {

/// The kinds of patterns that `cinnabar match` knows: the matcher types, and the topic selectors of
/// protocol 0.x.
enum class PatternKind { kUrlPattern, kExact, kUriTemplate };

/// The arguments of `cinnabar match`.
struct MatchRequest {
  PatternKind kind = PatternKind::kUrlPattern;
  std::optional<std::string> pattern;  ///< absent only with `batch`
  std::optional<std::string> base;     ///< the hub's URL, for relative patterns and topics
  std::vector<std::string> topics;
  bool batch = false;
};

/// Says for each topic whether the pattern matches it, with the groups, or why the pattern is invalid.
/// With `batch` it reads JSON lines {"pattern": …, "base": …, "topics": […]} from `in`, and answers each
/// with one line {"valid": …, "matches": […], "error": …}. The answer is the exit code: 0, or 1 when a
/// pattern is invalid or a topic doesn't match (with `batch`: when a line is malformed).
int match_command(const MatchRequest& request, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace cinnabar
