// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// IPv6 addresses as hosts of URLs (URL Standard, sections 3.5 and 3.6).
namespace cinnabar::url {

using Ipv6Address = std::array<std::uint16_t, 8>;  // the pieces, first to last

/// The IPv6 parser; `text` is without brackets.
std::optional<Ipv6Address> parse_ipv6(std::string_view text);

/// The IPv6 serializer, without brackets.
void append_ipv6(std::string& out, const Ipv6Address& address);

}  // namespace cinnabar::url
