// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cinnabar {

/// An IPv4 or IPv6 address; of IPv4 in the form of IPv6 (::ffff:192.0.2.1).
using IpAddress = std::array<std::uint8_t, 16>;

/// Nothing: `text` is no numeric address.
std::optional<IpAddress> parse_ip(std::string_view text);

/// Whose X-Forwarded-* and Forwarded fields are believed (ERR-14). Immutable; any thread.
class TrustedProxies {
 public:
  TrustedProxies() = default;
  /// Entries: an address, a network such as 10.0.0.0/8 or fd00::/8, "loopback", or "private" for all
  /// addresses that are not routed on the internet. Errors: kInvalid; the detail continues
  /// "server.trusted_proxies ".
  static Result<TrustedProxies> parse(std::span<const std::string> entries);

  bool empty() const { return networks_.empty(); }
  bool trusts(std::string_view address) const;

 private:
  struct Network {
    IpAddress address{};
    unsigned bits = 0;  // of the 128
  };

  std::vector<Network> networks_;
};

}  // namespace cinnabar
