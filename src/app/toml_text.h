// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/config_schema.h"

namespace cinnabar {

/// A TOML string: "a \"b\"".
std::string toml_string(std::string_view text);

/// A TOML array of strings, or the string itself when there is but one.
std::string toml_strings(const std::vector<std::string>& items);

/// What read_toml() reads as these items of `field`.
std::string toml_value(const Field& field, std::span<const std::string> items);

}  // namespace cinnabar
