// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "url/regexp_set.h"

namespace cinnabar::url::regexp {

/// The property that stands in the braces of \p{...}: a name alone or name=value, spelt exactly as
/// ECMAScript asks (22.2.1.9, tables 69 to 72); not folded. Nothing if there is no such property.
std::optional<Set> find_property(std::string_view text);

}  // namespace cinnabar::url::regexp
