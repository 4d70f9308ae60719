// SPDX-License-Identifier: Apache-2.0
#include "url/regexp_scanner.h"

#include <unicode/uchar.h>

namespace cinnabar::url::regexp {
namespace {

constexpr char32_t kMaxCodePoint = 0x10FFFF;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::optional<std::uint32_t> hex_value(char c) {
  if (is_digit(c)) return static_cast<std::uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint32_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint32_t>(c - 'A' + 10);
  return std::nullopt;
}

bool may_start_name(char32_t c) {
  return c == '$' || c == '_' || u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_ID_START);
}

bool may_continue_name(char32_t c) {
  return c == '$' || c == 0x200C || c == 0x200D ||
         u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_ID_CONTINUE);
}

}  // namespace

bool Scanner::eat(std::string_view text) {
  if (!rest().starts_with(text)) return false;
  position_ += text.size();
  return true;
}

bool Scanner::fail(std::string_view what, std::size_t position, std::string_view why) {
  if (!error_) {
    std::string detail(what);
    detail += " at position " + std::to_string(position);
    detail += why;
    error_ = Error{ErrorCode::kInvalid, std::move(detail)};
  }
  return false;
}

std::optional<std::uint32_t> Scanner::hex_digits(std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto c = peek(i);
    const auto digit = c ? hex_value(*c) : std::nullopt;
    if (!digit) return std::nullopt;
    value = value * 16 + *digit;
  }
  position_ += count;
  return value;
}

/// RegExpUnicodeEscapeSequence after its `u`. `start` is where the backslash stands.
std::optional<char32_t> Scanner::unicode_escape(std::size_t start) {
  if (eat("{")) {
    char32_t value = 0;
    std::size_t digits = 0;
    for (; !at_end() && hex_value(*peek()); skip(), ++digits) {
      value = value * 16 + *hex_value(*peek());
      if (value > kMaxCodePoint) {
        fail("\\u{...}", start, " is beyond the last code point, 10FFFF");
        return std::nullopt;
      }
    }
    if (digits != 0 && eat("}")) return value;
    fail("\\u{", start, " must be followed by hexadecimal digits and \"}\"");
    return std::nullopt;
  }
  const auto unit = hex_digits(4);
  if (!unit) {
    fail("\\u", start, " must be followed by four hexadecimal digits, or by some in braces");
    return std::nullopt;
  }
  if ((*unit & 0xFC00) == 0xD800 && rest().starts_with("\\u")) {
    const std::size_t before = position_;
    position_ += 2;
    const auto trail = hex_digits(4);
    if (trail && (*trail & 0xFC00) == 0xDC00) return 0x10000 + ((*unit & 0x3FF) << 10) + (*trail & 0x3FF);
    position_ = before;
  }
  return *unit;
}

std::optional<char32_t> Scanner::character_escape() {
  const std::size_t start = position_ - 1;
  const auto c = peek();
  if (!c) {
    fail("\\", start, " ends the expression; write \\\\ for a backslash");
    return std::nullopt;
  }
  position_ += 1;
  switch (*c) {
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    case 'u': return unicode_escape(start);
    case 'c':
      if (!at_end() && is_letter(*peek())) {
        const char letter = *peek();
        skip();
        return static_cast<char32_t>(letter % 32);
      }
      fail("\\c", start, " must be followed by a letter");
      return std::nullopt;
    case '0':
      if (at_end() || !is_digit(*peek())) return 0;
      fail("\\0", start, " must not be followed by a digit");
      return std::nullopt;
    case 'x':
      if (const auto value = hex_digits(2)) return *value;
      fail("\\x", start, " must be followed by two hexadecimal digits");
      return std::nullopt;
    default: break;
  }
  if (std::string_view("^$\\.*+?()[]{}|/").find(*c) != std::string_view::npos) {
    return static_cast<char32_t>(*c);
  }
  fail("an unknown escape", start,
       "; only punctuation with a meaning may follow a backslash to stand for itself");
  return std::nullopt;
}

std::optional<std::u32string> Scanner::group_name() {
  const std::size_t start = position_;
  std::u32string name;
  while (!at_end()) {
    if (eat(">")) {
      if (!name.empty()) return name;
      break;
    }
    const std::size_t at = position_;
    char32_t c = static_cast<unsigned char>(*peek());
    skip();
    if (c == '\\') {
      if (!eat("u")) break;
      const auto escaped = unicode_escape(at);
      if (!escaped) return std::nullopt;
      c = *escaped;
    }
    if (!(name.empty() ? may_start_name(c) : may_continue_name(c))) break;
    name += c;
  }
  fail("the group name", start, " must be an identifier followed by \">\"");
  return std::nullopt;
}

}  // namespace cinnabar::url::regexp
