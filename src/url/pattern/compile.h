// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "url/pattern/component.h"
#include "url/pattern/pattern_parser.h"
#include "url/url_pattern.h"

namespace cinnabar::url::pattern {

/// The encoding callback that "create" (URL Pattern Standard, section 1.4) gives a component. `text` is its
/// pattern; `special` says whether the protocol component matches a special scheme.
Encode encoding_callback(Component component, std::string_view text, bool special);

/// "Compile a component" (section 1.5) with the options and the callback that "create" gives it. REQUIRES:
/// `text` is UTF-8. Errors: kInvalid; a whole sentence.
Result<ComponentPattern> compile_component(Component component, std::string_view text, bool special);

/// "Protocol component matches a special scheme".
bool matches_special_scheme(const ComponentPattern& protocol);

}  // namespace cinnabar::url::pattern
