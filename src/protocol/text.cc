// SPDX-License-Identifier: Apache-2.0
#include "protocol/text.h"

#include <unicode/uchar.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace cinnabar {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighBits = 0x8080808080808080U;

std::uint64_t load_word(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// Whether one of eight bytes is below 0x20, U+007F, or not ASCII.
bool has_special(std::uint64_t word) {
  const std::uint64_t below_space = (word - kOnes * 0x20) & ~word;
  const std::uint64_t without_del = word ^ (kOnes * 0x7F);
  const std::uint64_t is_del = (without_del - kOnes) & ~without_del;
  return ((below_space | is_del | word) & kHighBits) != 0;
}

struct Decoded {
  char32_t point = 0;
  std::size_t size = 0;  ///< bytes taken; 0: not UTF-8
};

/// The character at the front of `bytes`, by the table of RFC 3629 section 4.
/// REQUIRES: !bytes.empty()
Decoded decode_front(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const auto is_tail = [&](std::size_t i) { return i < bytes.size() && (byte(i) & 0xC0U) == 0x80U; };
  const auto tail = [&](std::size_t i) { return static_cast<char32_t>(byte(i) & 0x3FU); };

  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xC2 && lead <= 0xDF) {
    if (!is_tail(1)) return {};
    return {((lead & 0x1FU) << 6) | tail(1), 2};
  }
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!is_tail(1) || !is_tail(2)) return {};
    const char32_t point = ((lead & 0x0FU) << 12) | (tail(1) << 6) | tail(2);
    if (point < 0x800 || (point >= 0xD800 && point <= 0xDFFF)) return {};
    return {point, 3};
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!is_tail(1) || !is_tail(2) || !is_tail(3)) return {};
    const char32_t point = ((lead & 0x07U) << 18) | (tail(1) << 12) | (tail(2) << 6) | tail(3);
    if (point < 0x10000 || point > 0x10FFFF) return {};
    return {point, 4};
  }
  return {};
}

struct Range {
  char32_t first, last;
};

/// Category Cf as of Unicode 17.0.0. The library's tables may be older than that and
/// are asked as well, in case they are newer.
constexpr std::array kFormatCharacters = {
    Range{0x00AD, 0x00AD},   Range{0x0600, 0x0605},   Range{0x061C, 0x061C},   Range{0x06DD, 0x06DD},
    Range{0x070F, 0x070F},   Range{0x0890, 0x0891},   Range{0x08E2, 0x08E2},   Range{0x180E, 0x180E},
    Range{0x200B, 0x200F},   Range{0x202A, 0x202E},   Range{0x2060, 0x2064},   Range{0x2066, 0x206F},
    Range{0xFEFF, 0xFEFF},   Range{0xFFF9, 0xFFFB},   Range{0x110BD, 0x110BD}, Range{0x110CD, 0x110CD},
    Range{0x13430, 0x1343F}, Range{0x1BCA0, 0x1BCA3}, Range{0x1D173, 0x1D17A}, Range{0xE0001, 0xE0001},
    Range{0xE0020, 0xE007F}};

bool is_format_character(char32_t point) {
  if (u_charType(static_cast<UChar32>(point)) == U_FORMAT_CHAR) return true;
  for (const Range& range : kFormatCharacters) {
    if (point <= range.last) return point >= range.first;  // the ranges ascend
  }
  return false;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    if (bytes.size() >= 8 && (load_word(bytes.data()) & kHighBits) == 0) {
      bytes.remove_prefix(8);
      continue;
    }
    const Decoded front = decode_front(bytes);
    if (front.size == 0) return false;
    bytes.remove_prefix(front.size);
  }
  return true;
}

bool is_protocol_string(std::string_view bytes) {
  while (!bytes.empty()) {
    if (bytes.size() >= 8 && !has_special(load_word(bytes.data()))) {
      bytes.remove_prefix(8);
      continue;
    }
    const Decoded front = decode_front(bytes);
    if (front.size == 0) return false;
    const char32_t point = front.point;
    if (point < 0x20 || (point >= 0x7F && point <= 0x9F)) return false;
    if (front.size > 1 && is_format_character(point)) return false;
    bytes.remove_prefix(front.size);
  }
  return true;
}

}  // namespace cinnabar
