// SPDX-License-Identifier: Apache-2.0
#include "url/percent_encoding.h"

namespace cinnabar::url {
namespace {

struct Sequence {
  std::size_t length;  // at least 1
  bool valid;
};

/// The sequence that starts at `at` (Encoding Standard, UTF-8 decoder): a whole character, or what the
/// decoder consumes before it reports an error.
Sequence sequence_at(std::string_view bytes, std::size_t at) {
  const auto lead = static_cast<unsigned char>(bytes[at]);
  if (lead < 0x80) return {1, true};
  std::size_t needed = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    needed = 1;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    needed = 2;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    needed = 3;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return {1, false};
  }
  std::size_t length = 1;
  for (; length <= needed; ++length) {
    if (at + length >= bytes.size()) return {length, false};
    const auto next = static_cast<unsigned char>(bytes[at + length]);
    if (next < low || next > high) return {length, false};
    low = 0x80;
    high = 0xBF;
  }
  return {length, true};
}

/// The first byte from `at` that `set` holds, or the end of `text`. Four bytes a step.
std::size_t find_encoded(std::string_view text, std::size_t at, EncodeSet set) {
  const auto sets_at = [&](std::size_t i) -> unsigned {
    return kEncodeSets[static_cast<unsigned char>(text[i])];
  };
  const auto bit = static_cast<unsigned>(set);
  for (; at + 4 <= text.size(); at += 4) {
    if (((sets_at(at) | sets_at(at + 1) | sets_at(at + 2) | sets_at(at + 3)) & bit) != 0) break;
  }
  while (at < text.size() && (sets_at(at) & bit) == 0) ++at;
  return at;
}

}  // namespace

void append_encoded(std::string& out, std::string_view text, EncodeSet set) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::size_t run = 0;
  for (std::size_t i = 0; (i = find_encoded(text, i, set)) < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const char encoded[] = {'%', kHex[byte >> 4], kHex[byte & 15U]};
    out.append(text, run, i - run).append(encoded, sizeof encoded);
    run = i + 1;
  }
  out.append(text, run);
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && text.size() - i > 2 ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    if (low < 0) {
      out += text[i];
    } else {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

std::size_t find_invalid_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const Sequence sequence = sequence_at(bytes, i);
    if (!sequence.valid) return i;
    i += sequence.length;
  }
  return std::string_view::npos;
}

std::string repaired_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size();) {
    const Sequence sequence = sequence_at(bytes, i);
    if (sequence.valid) {
      out.append(bytes, i, sequence.length);
    } else {
      out += "\xEF\xBF\xBD";
    }
    i += sequence.length;
  }
  return out;
}

}  // namespace cinnabar::url
