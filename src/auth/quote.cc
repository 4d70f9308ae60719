// SPDX-License-Identifier: Apache-2.0
#include "auth/quote.h"

#include <cstddef>

namespace cinnabar {

std::string quoted(std::string_view text) {
  constexpr std::size_t kMost = 200;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text.substr(0, kMost)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7F) {
      result += "\\x";
      result += kHex[byte >> 4];
      result += kHex[byte & 15U];
    } else {
      if (c == '"' || c == '\\') result += '\\';
      result += c;
    }
  }
  result += text.size() > kMost ? "…\"" : "\"";
  return result;
}

}  // namespace cinnabar
