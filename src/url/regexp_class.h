// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "url/regexp_scanner.h"
#include "url/regexp_set.h"

namespace cinnabar::url::regexp {

/// CharacterClassEscape (\d \D \s \S \w \W \p{...} \P{...}) after its backslash. Nothing, with
/// `scanner` unmoved and not failed, if something else stands there; nothing, and failed, on an error.
std::optional<Set> class_escape(Scanner& scanner, bool ignore_case);

/// CharacterClass with the v flag (ECMAScript 22.2.1) after its "[", up to and with its "]". On an
/// error, nothing, and `scanner` has failed.
std::optional<Set> character_class(Scanner& scanner, bool ignore_case);

}  // namespace cinnabar::url::regexp
