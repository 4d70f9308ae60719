// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cinnabar::url {

/// Translates one regexp group's body of a URL pattern, an ECMAScript regular expression with the `v`
/// flag, into RE2's syntax with the same meaning on ASCII input. It can then stand inside a
/// capturing group of a larger expression.
///
/// Errors: kInvalid. What ECMAScript refuses is refused; so is what RE2 cannot express in linear time
/// (look-ahead, look-behind, back-references) or at all. The sentence says what, and at which byte
/// of `source`: "look-ahead at position 3 is not supported, since ...".
Result<std::string> translate_regexp(std::string_view source);

}  // namespace cinnabar::url
