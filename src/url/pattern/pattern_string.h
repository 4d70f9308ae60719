// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "url/pattern/part.h"

namespace cinnabar::url::pattern {

/// "Generate a segment wildcard regexp".
std::string segment_wildcard_regexp(const Options& options);

/// "Generate a pattern string": the canonical text that parses into `parts` again.
std::string pattern_string(const PartList& parts, const Options& options);

}  // namespace cinnabar::url::pattern
