// SPDX-License-Identifier: Apache-2.0
#include "url/ipv4.h"

#include <algorithm>
#include <cstddef>

#include "url/percent_encoding.h"

namespace cinnabar::url {
namespace {

/// Any number beyond 32 bits; parts may be arbitrarily long.
constexpr std::uint64_t kTooBig = std::uint64_t{1} << 40;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The IPv4 number parser, without its second result; numbers stop growing at kTooBig.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  if (text.empty()) return {};
  int radix = 10;
  if (text.size() >= 2 && text[0] == '0') {
    radix = text[1] == 'x' || text[1] == 'X' ? 16 : 8;
    text.remove_prefix(radix == 16 ? 2 : 1);
  }
  std::uint64_t number = 0;
  for (const char c : text) {
    const int digit = hex_value(c);
    if (digit < 0 || digit >= radix) return {};
    number = std::min(number * static_cast<unsigned>(radix) + static_cast<unsigned>(digit), kTooBig);
  }
  return number;
}

std::string_view without_last_dot(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

}  // namespace

bool ends_in_number(std::string_view host) {
  host = without_last_dot(host);
  const std::string_view last = host.substr(host.rfind('.') + 1);  // npos + 1 is 0
  if (last.empty() || !is_digit(last[0])) return false;
  return std::all_of(last.begin(), last.end(), is_digit) || parse_number(last).has_value();
}

std::optional<std::uint32_t> parse_ipv4(std::string_view host) {
  host = without_last_dot(host);
  std::uint64_t address = 0;
  for (unsigned part = 0; part < 4; ++part) {
    const std::size_t dot = host.find('.');
    const auto number = parse_number(host.substr(0, dot));
    if (!number) return {};
    if (dot == std::string_view::npos) {
      // The last number fills all the bytes that are left.
      const std::uint64_t limit = std::uint64_t{1} << (8 * (4 - part));
      if (*number >= limit) return {};
      return static_cast<std::uint32_t>(address * limit + *number);
    }
    if (*number > 255) return {};
    address = address * 256 + *number;
    host.remove_prefix(dot + 1);
  }
  return {};  // more than four parts
}

void append_ipv4(std::string& out, std::uint32_t address) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += std::to_string((address >> shift) & 255U);
    if (shift > 0) out += '.';
  }
}

}  // namespace cinnabar::url
