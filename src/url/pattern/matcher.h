// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "url/pattern/stored_parts.h"

namespace cinnabar::url::pattern {

/// What the groups took, in order; one that took no part has no value.
using Captures = std::vector<std::optional<std::string_view>>;

/// Whether a pattern can only be matched in one way, found from left to right: no part repeats, only the
/// last may be optional, a segment wildcard comes before the delimiter or the end, and a full wildcard
/// before nothing but fixed text. REQUIRES: no regexps.
bool is_sequence(const StoredParts& parts, char delimiter);
bool test_sequence(const StoredParts& parts, char delimiter, std::string_view input);
bool exec_sequence(const StoredParts& parts, char delimiter, std::string_view input, Captures& captures);

/// Any pattern without regexps, in time linear in the input: the same result as the regular expression
/// that the standard generates has in ECMAScript ("generate a regular expression and name list").
bool test_parts(const StoredParts& parts, char delimiter, std::string_view input);
bool exec_parts(const StoredParts& parts, char delimiter, std::string_view input, Captures& captures);

}  // namespace cinnabar::url::pattern
