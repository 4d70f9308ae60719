// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <strings.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace cinnabar::http {

/// Which bytes belong to a class; a look-up each.
class CharacterClass {
 public:
  constexpr explicit CharacterClass(std::string_view members) {
    for (const char c : members) has_[static_cast<unsigned char>(c)] = true;
  }
  constexpr bool has(char c) const { return has_[static_cast<unsigned char>(c)]; }
  constexpr bool has_all(std::string_view text) const {
    for (const char c : text) {
      if (!has(c)) return false;
    }
    return true;
  }

 private:
  std::array<bool, 256> has_{};
};

/// tchar of RFC 9110 section 5.6.2: methods, field names.
inline constexpr CharacterClass kTokenCharacters(
    "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

/// What no field value and no target may hold: all below a blank but the tab, and DEL.
constexpr bool is_control(char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 127; }

/// Of names and keywords of HTTP, which are ASCII.
inline bool same_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

/// Whether any byte is_control(). Eight at a time, as this is asked about every byte of every field.
inline bool has_control(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    // Some high bit is set if, and only if, some byte is below 0x20 or is DEL.
    const std::uint64_t below_blank = (word - kOnes * 0x20) & ~word;
    const std::uint64_t no_del = word ^ kOnes * 0x7F;
    if (((below_blank | ((no_del - kOnes) & ~no_del)) & kHighs) == 0) continue;
    for (std::size_t i = 0; i < 8; ++i) {
      if (is_control(at[i])) return true;  // not so for a tab
    }
  }
  for (; left > 0; ++at, --left) {
    if (is_control(*at)) return true;
  }
  return false;
}

}  // namespace cinnabar::http
