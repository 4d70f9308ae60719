// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// IPv4 addresses as hosts of URLs (URL Standard, sections 3.5 and 3.6). All take ASCII.
namespace cinnabar::url {

/// The "ends in a number checker": such a host is an IPv4 address or an error.
bool ends_in_number(std::string_view host);

/// The IPv4 parser: one to four numbers, each decimal, octal or hexadecimal.
std::optional<std::uint32_t> parse_ipv4(std::string_view host);

/// The IPv4 serializer.
void append_ipv4(std::string& out, std::uint32_t address);

}  // namespace cinnabar::url
