// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cinnabar {

/// `text` between double quotes for an error's detail: control characters and bytes beyond
/// ASCII escaped, and cut short, as whoever sent a token chose it. Not for secrets.
std::string quoted(std::string_view text);

}  // namespace cinnabar
