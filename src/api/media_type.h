// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace cinnabar {

/// True for "application/x-www-form-urlencoded" in any case, with any parameters (PUB-1).
bool is_form(std::string_view content_type);

}  // namespace cinnabar
