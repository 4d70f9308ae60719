// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "url/url_pattern.h"

namespace cinnabar::url::pattern {

/// "Parse a constructor string" (URL Pattern Standard, section 1.6): cuts "https://*.example.com/books/:id"
/// into the patterns of its components. Takes linear time. REQUIRES: `input` is UTF-8. Errors: kInvalid, for
/// a protocol that is no pattern; a whole sentence.
Result<UrlPatternInit> parse_constructor_string(std::string_view input);

}  // namespace cinnabar::url::pattern
