// SPDX-License-Identifier: Apache-2.0
#include "auth/jwks/private_address.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace cinnabar {
namespace {

struct V4Network {
  std::uint32_t address;
  unsigned bits;
};

// RFC 6890 and what it gathers: this network, private use, provider (CGNAT), loopback, link-local (with the
// metadata services of clouds), protocol assignments, documentation, 6to4 relays, benchmarks, multicast,
// reserved.
constexpr std::array kV4 = {V4Network{0x00000000, 8},  V4Network{0x0A000000, 8},  V4Network{0x64400000, 10},
                            V4Network{0x7F000000, 8},  V4Network{0xA9FE0000, 16}, V4Network{0xAC100000, 12},
                            V4Network{0xC0000000, 24}, V4Network{0xC0000200, 24}, V4Network{0xC0586300, 24},
                            V4Network{0xC0A80000, 16}, V4Network{0xC6120000, 15}, V4Network{0xC6336400, 24},
                            V4Network{0xCB007100, 24}, V4Network{0xE0000000, 4},  V4Network{0xF0000000, 4}};

bool is_private_v4(std::uint32_t address) {
  return std::any_of(kV4.begin(), kV4.end(), [address](const V4Network& network) {
    return (address ^ network.address) >> (32 - network.bits) == 0;
  });
}

std::uint32_t v4_at(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 |
         bytes[3];
}

bool is_private_v6(const std::uint8_t* a) {
  const auto starts_with = [a](std::initializer_list<std::uint8_t> prefix) {
    return std::equal(prefix.begin(), prefix.end(), a);
  };
  // Ways to write an IPv4 address: mapped, translated (NAT64), compatible, 6to4.
  if (starts_with({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return is_private_v4(v4_at(a + 12));
  if (starts_with({0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return is_private_v4(v4_at(a + 12));
  if (starts_with({0x20, 0x02})) return is_private_v4(v4_at(a + 2));
  // Of the rest only 2000::/3 is global unicast, without Teredo, ORCHID and documentation.
  if ((a[0] & 0xe0) != 0x20) return true;
  if (starts_with({0x20, 0x01, 0x0d, 0xb8})) return true;
  return a[0] == 0x20 && a[1] == 0x01 && a[2] < 0x02;  // 2001::/23
}

}  // namespace

bool is_private_address(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    return is_private_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (address->sa_family != AF_INET6) return true;
  sockaddr_in6 v6{};
  std::memcpy(&v6, address, sizeof v6);
  return is_private_v6(v6.sin6_addr.s6_addr);
}

}  // namespace cinnabar
