// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "url/pattern/part.h"

namespace cinnabar::url::pattern {

/// How the fixed text of a component is brought into canonical form ("encoding callback").
using Encode = std::function<Result<std::string>(std::string_view)>;

/// "Parse a pattern string" (URL Pattern Standard, section 2.1.3). `input` is valid UTF-8. Errors:
/// kInvalid; the detail is a clause: "at position 3: …", or ": …" where no one place is to blame.
Result<PartList> parse_pattern(std::string_view input, const Options& options, const Encode& encode);

}  // namespace cinnabar::url::pattern
