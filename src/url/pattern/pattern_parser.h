// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "url/pattern/part.h"

namespace cinnabar::url::pattern {

/// An "encoding callback": brings the fixed text of a component into canonical form. Errors: kInvalid, with
/// a clause.
using Encode = std::function<Result<std::string>(std::string_view)>;

/// "Parse a pattern string" (URL Pattern Standard, section 2.1.5). REQUIRES: `input` is UTF-8. Errors:
/// kInvalid; the detail goes on after "The pattern's pathname is invalid": " at position 3: …", or ": …"
/// where `encode` refuses a text.
Result<PartList> parse_pattern(std::string_view input, const Options& options, const Encode& encode);

}  // namespace cinnabar::url::pattern
