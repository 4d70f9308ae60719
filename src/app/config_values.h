// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace cinnabar {

// Values as people write them in the configuration. The detail of an error is an expectation that
// continues "<field> ": `must be a duration such as "40s" or "2m"`. It never repeats the value, which
// might be a secret in the wrong place.

/// "40s", "500ms", "10m", "1h30m", "7d", "0s", or "0". Never negative; at most 100 years.
Result<Duration> parse_duration(std::string_view text);

/// Bytes: "1MiB", "512KB", "1GiB" or a plain number. KB, MB, GB, TB count by 1000 and KiB, MiB, GiB,
/// TiB by 1024; letter case does not matter.
Result<std::uint64_t> parse_size(std::string_view text);

/// A non-negative decimal integer.
Result<std::uint64_t> parse_count(std::string_view text);

/// "true" or "false".
Result<bool> parse_bool(std::string_view text);

/// "a, b" -> {"a", "b"}: split at commas, blanks around items dropped, empty items too.
std::vector<std::string> parse_list(std::string_view text);

/// The shortest text that parse_duration() reads back, in one unit: 90s -> "90s", 0 -> "0s".
std::string format_duration(Duration duration);

/// The shortest text that parse_size() reads back: 1048576 -> "1MiB", 1000 -> "1000".
std::string format_size(std::uint64_t bytes);

}  // namespace cinnabar
