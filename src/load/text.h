// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cinnabar::load {

/// "1,234,567".
std::string grouped(std::uint64_t number);

/// Three significant digits with a unit: "850 ns", "1.23 ms", "12.0 s". 0 is "–": nothing was measured.
std::string short_duration(std::uint64_t ns);

/// "1.50 KiB", "12.3 MiB".
std::string short_size(double bytes);

/// For HTML, in text and in attributes.
std::string escape_html(std::string_view text);

/// Columns that `text` takes on a terminal, as far as we use them: characters of UTF-8.
std::size_t width_of(std::string_view text);

}  // namespace cinnabar::load
