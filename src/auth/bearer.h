// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"

namespace cinnabar {

/// Bytes of the shortest token that a request may present (PRES-7).
inline constexpr std::size_t kShortestToken = 41;

/// The token that a request's Authorization fields present (PRES-1, PRES-7): nothing when there
/// is no such field; kInvalid (400 invalid_request) for a malformed presentation. `fields` are the
/// values of all Authorization fields of the request. The result points into them.
Result<std::optional<std::string_view>> bearer_token(std::span<const std::string_view> fields);

}  // namespace cinnabar
