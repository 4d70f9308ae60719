// SPDX-License-Identifier: Apache-2.0
#include "url/url_parser_input.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "url/percent_encoding.h"

namespace cinnabar::url {
namespace {

bool is_tab_or_newline(char c) { return c == '\t' || c == '\n' || c == '\r'; }
bool is_c0_control_or_space(char c) { return static_cast<unsigned char>(c) <= 0x20; }

/// Whether no byte is below 0x20 or above 0x7F: then there is nothing to clean. Eight bytes a step.
bool is_plain(std::string_view bytes) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  constexpr std::uint64_t kSpaces = 0x2020202020202020U;
  std::uint64_t found = 0;
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, 8);
    // The high bit of each byte of the difference is set for a byte below 0x20, by a borrow. A borrow
    // can spill into the next byte, but only from a byte that was found itself.
    found |= word | (word - kSpaces);
  }
  found &= kHighBits;
  for (; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte < 0x20 || byte > 0x7F) return false;
  }
  return found == 0;
}

}  // namespace

ParserInput::ParserInput(std::string_view bytes, Trim trim) : text_(bytes) {
  if (trim == Trim::kYes) {
    while (!text_.empty() && is_c0_control_or_space(text_.front())) text_.remove_prefix(1);
    while (!text_.empty() && is_c0_control_or_space(text_.back())) text_.remove_suffix(1);
  }
  if (!is_plain(text_)) clean(text_);
}

void ParserInput::clean(std::string_view bytes) {
  // First UTF-8, then tabs: a tab inside a broken sequence must not mend it.
  if (find_invalid_utf8(bytes) != std::string_view::npos) {
    cleaned_ = repaired_utf8(bytes);
    bytes = cleaned_;
  }
  std::size_t tabs = 0;
  for (const char c : bytes) tabs += is_tab_or_newline(c) ? 1U : 0U;
  if (tabs > 0) {
    if (cleaned_.empty()) cleaned_ = bytes;
    std::erase_if(cleaned_, is_tab_or_newline);
    bytes = cleaned_;
  }
  text_ = bytes;
}

}  // namespace cinnabar::url
