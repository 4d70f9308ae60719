// SPDX-License-Identifier: Apache-2.0
#include "api/trusted_proxies.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace cinnabar {
namespace {

constexpr unsigned kMappedBits = 96;  // of an IPv4 address in IPv6 form, before the address itself
constexpr std::array kLoopback = {"127.0.0.0/8", "::1/128"};
constexpr std::array kPrivate = {"127.0.0.0/8",    "::1/128",        "10.0.0.0/8", "172.16.0.0/12",
                                 "192.168.0.0/16", "169.254.0.0/16", "fc00::/7",   "fe80::/10"};

bool covers(const IpAddress& network, unsigned bits, const IpAddress& address) {
  for (unsigned i = 0; i < bits; i += 8) {
    const unsigned left = std::min(8U, bits - i);
    const auto mask = static_cast<std::uint8_t>(0xff00U >> left);
    if ((network[i / 8] & mask) != (address[i / 8] & mask)) return false;
  }
  return true;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  const std::string terminated(text.substr(0, INET6_ADDRSTRLEN));
  IpAddress address{};
  if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  address[10] = address[11] = 0xff;
  if (inet_pton(AF_INET, terminated.c_str(), address.data() + 12) == 1) return address;
  return {};
}

Result<TrustedProxies> TrustedProxies::parse(std::span<const std::string> entries) {
  TrustedProxies proxies;
  const auto add = [&proxies](std::string_view entry) {
    const std::size_t slash = entry.find('/');
    const std::string_view host = entry.substr(0, slash);
    const auto address = parse_ip(host);
    if (!address) return false;
    const bool is_v4 = host.find(':') == std::string_view::npos;
    const unsigned most = is_v4 ? 32 : 128;
    unsigned bits = most;
    if (slash != std::string_view::npos) {
      const std::string_view digits = entry.substr(slash + 1);
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
      if (error != std::errc() || end != digits.data() + digits.size() || bits > most) return false;
    }
    proxies.networks_.push_back({*address, is_v4 ? bits + kMappedBits : bits});
    return true;
  };
  for (const std::string& entry : entries) {
    if (entry == "loopback") {
      for (const char* network : kLoopback) add(network);
    } else if (entry == "private") {
      for (const char* network : kPrivate) add(network);
    } else if (!add(entry)) {
      return Error{
          ErrorCode::kInvalid,
          "has the entry \"" + entry +
              "\", which must be an address, a network such as 10.0.0.0/8, \"loopback\" or \"private\""};
    }
  }
  return proxies;
}

bool TrustedProxies::trusts(std::string_view text) const {
  if (networks_.empty()) return false;
  const auto address = parse_ip(text);
  return address && std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
           return covers(network.address, network.bits, *address);
         });
}

}  // namespace cinnabar
