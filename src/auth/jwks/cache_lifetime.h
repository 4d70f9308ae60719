// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace cinnabar {

/// How long a response is fresh (RFC 9111 section 4.2), of the values of its Cache-Control, Age, Expires and
/// Date fields, empty where it has none: zero if it must not be kept, nothing if it doesn't say.
std::optional<Duration> cache_lifetime(std::string_view cache_control, std::string_view age,
                                       std::string_view expires, std::string_view date);

}  // namespace cinnabar
