// SPDX-License-Identifier: Apache-2.0
#include "url/ipv6.h"

#include <algorithm>
#include <cstddef>

#include "url/percent_encoding.h"

namespace cinnabar::url {
namespace {

constexpr std::size_t kPieces = 8;

/// The dotted decimal end of an address: exactly four numbers up to 255, without leading zeros.
std::optional<std::uint32_t> parse_dotted(std::string_view text) {
  std::uint32_t address = 0;
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at >= text.size() || text[at++] != '.')) return {};
    const std::size_t start = at;
    std::uint32_t number = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      if (at > start && number == 0) return {};
      number = number * 10 + static_cast<std::uint32_t>(text[at] - '0');
      if (number > 255) return {};
    }
    if (at == start) return {};
    address = address * 256 + number;
  }
  if (at != text.size()) return {};
  return address;
}

/// The first of the longest runs of two or more zero pieces, and its length; {8, 0} if there is none.
struct Run {
  std::size_t start = kPieces;
  std::size_t length = 0;
};
Run longest_zeros(const Ipv6Address& address) {
  Run best;
  for (std::size_t i = 0; i < kPieces;) {
    std::size_t end = i;
    while (end < kPieces && address[end] == 0) ++end;
    if (end - i > 1 && end - i > best.length) best = {i, end - i};
    i = end + 1;
  }
  return best;
}

}  // namespace

std::optional<Ipv6Address> parse_ipv6(std::string_view text) {
  Ipv6Address address{};
  std::size_t piece = 0;
  std::optional<std::size_t> compress;
  std::size_t at = 0;
  if (text.starts_with(':')) {
    if (!text.starts_with("::")) return {};
    at = 2;
    compress = ++piece;
  }
  while (at < text.size()) {
    if (piece == kPieces) return {};
    if (text[at] == ':') {
      if (compress) return {};
      ++at;
      compress = ++piece;
      continue;
    }
    unsigned value = 0;
    const std::size_t start = at;
    for (; at < text.size() && at - start < 4 && hex_value(text[at]) >= 0; ++at) {
      value = value * 16 + static_cast<unsigned>(hex_value(text[at]));
    }
    if (at < text.size() && text[at] == '.') {
      if (at == start || piece > kPieces - 2) return {};
      const auto dotted = parse_dotted(text.substr(start));
      if (!dotted) return {};
      address[piece++] = static_cast<std::uint16_t>(*dotted >> 16);
      address[piece++] = static_cast<std::uint16_t>(*dotted & 0xFFFFU);
      break;
    }
    if (at < text.size()) {
      if (text[at] != ':' || ++at == text.size()) return {};
    }
    address[piece++] = static_cast<std::uint16_t>(value);
  }
  if (compress) {
    // What stands behind the "::" moves to the end; zeros fill the gap.
    const auto tail = address.begin() + static_cast<std::ptrdiff_t>(*compress);
    std::rotate(tail, address.begin() + static_cast<std::ptrdiff_t>(piece), address.end());
  } else if (piece != kPieces) {
    return {};
  }
  return address;
}

void append_ipv6(std::string& out, const Ipv6Address& address) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const Run zeros = longest_zeros(address);
  for (std::size_t i = 0; i < kPieces; ++i) {
    if (i == zeros.start) {
      out += i == 0 ? "::" : ":";
      i += zeros.length - 1;
      continue;
    }
    bool started = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
      const unsigned digit = (address[i] >> shift) & 15U;
      started = started || digit != 0 || shift == 0;
      if (started) out += kHex[digit];
    }
    if (i + 1 < kPieces) out += ':';
  }
}

}  // namespace cinnabar::url
