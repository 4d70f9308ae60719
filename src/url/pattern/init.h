// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "url/url_pattern.h"

namespace cinnabar::url::pattern {

/// What the members of an init are: patterns, or parts of a URL, which are brought into canonical form.
enum class InitType : std::uint8_t { kPattern, kUrl };

/// The components that an init and its base URL come to; those that neither speaks of are absent.
using Components = std::array<std::optional<std::string>, kComponents>;

/// "Process a URLPatternInit" (URL Pattern Standard, section 3.2), on UTF-8; bytes that are not UTF-8 count
/// as U+FFFD. Errors: kInvalid; a whole sentence.
Result<Components> process_init(const UrlPatternInit& init, InitType type);

}  // namespace cinnabar::url::pattern
