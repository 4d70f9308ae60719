// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>

#include "base/result.h"
#include "url/url_pattern.h"

namespace cinnabar::url::pattern {

/// What an init's members are: parts of a pattern, or of a URL to match, which are made canonical.
enum class InitType { kPattern, kUrl };

/// The components that an init comes to; nothing: it says nothing of it.
using Components = std::array<std::optional<std::string>, kComponents>;

/// "Process a URLPatternInit" (URL Pattern Standard, section 3.2), base URL included. Members are valid
/// UTF-8. Errors: kInvalid; a whole sentence.
Result<Components> process_init(const UrlPatternInit& init, InitType type);

}  // namespace cinnabar::url::pattern
