// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Percent-encoded bytes (URL Standard, section 1.3), and the repair of UTF-8 that must come first.
namespace cinnabar::url {

/// The percent-encode sets that the URL parser needs; each is one bit of kEncodeSets.
enum class EncodeSet : std::uint8_t {
  kC0Control = 1,
  kFragment = 2,
  kQuery = 4,
  kSpecialQuery = 8,
  kPath = 16,
  kUserinfo = 32,
};

namespace internal {

constexpr std::array<std::uint8_t, 256> make_encode_sets() {
  std::array<std::uint8_t, 256> sets{};
  const auto add = [&sets](std::string_view characters, std::uint8_t bits) {
    for (const char c : characters) {
      auto& set = sets[static_cast<unsigned char>(c)];
      set = static_cast<std::uint8_t>(set | bits);
    }
  };
  for (std::size_t c = 0; c < sets.size(); ++c) sets[c] = c < 0x20 || c > 0x7E ? 63 : 0;
  // The sets are built on one another in the standard; here each character names all of its sets.
  add(" \"<>", 2 | 4 | 8 | 16 | 32);
  add("#", 4 | 8 | 16 | 32);
  add("`", 2 | 16 | 32);
  add("'", 8);
  add("?^{}", 16 | 32);
  add("/:;=@[\\]|", 32);
  return sets;
}

}  // namespace internal

/// For each byte, the sets that hold it. All hold every byte of a character beyond ASCII.
inline constexpr std::array<std::uint8_t, 256> kEncodeSets = internal::make_encode_sets();

/// The value of an ASCII hex digit; -1 for anything else.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr bool must_encode(char c, EncodeSet set) {
  return (kEncodeSets[static_cast<unsigned char>(c)] & static_cast<std::uint8_t>(set)) != 0;
}

/// Appends `text` after "UTF-8 percent-encode" with `set`. REQUIRES: `text` is UTF-8.
void append_encoded(std::string& out, std::string_view text, EncodeSet set);

/// "Percent-decode"; the result is bytes and need not be UTF-8.
std::string percent_decoded(std::string_view text);

/// The first byte that is not part of well-formed UTF-8, or npos.
std::size_t find_invalid_utf8(std::string_view bytes);

/// "UTF-8 decode without BOM": what is not UTF-8 becomes U+FFFD, one for each maximal subpart.
std::string repaired_utf8(std::string_view bytes);

}  // namespace cinnabar::url
