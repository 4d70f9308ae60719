// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "load/options.h"
#include "load/outcome.h"

namespace cinnabar::load {

/// A page that stands alone: no script, nothing loaded from elsewhere, readable on a phone and by day and
/// night. Well-formed as XML, too. `command_line` must hold no token.
std::string html_report(const Options& options, const Outcome& outcome, std::string_view command_line,
                        std::string_view version);

}  // namespace cinnabar::load
