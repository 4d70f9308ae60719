// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/tokenizer.h"

#include <unicode/uchar.h>

#include <string>

namespace cinnabar::url::pattern {
namespace {

/// Section 2.1.2 "is a valid name code point": an ECMAScript IdentifierStart or IdentifierPart.
bool is_name_character(UChar32 c, bool is_first) {
  if (c == '$' || c == '_') return true;
  if (is_first) return u_hasBinaryProperty(c, UCHAR_ID_START);
  return u_hasBinaryProperty(c, UCHAR_ID_CONTINUE) || c == 0x200C || c == 0x200D;
}

class Tokenizer {
 public:
  Tokenizer(std::string_view input, TokenizePolicy policy) : input_(input), policy_(policy) {}

  Result<std::vector<Token>> run() {
    while (at_ < input_.size()) {
      const std::size_t end = next(at_);
      switch (input_[at_]) {
        case '*': add(TokenType::kAsterisk, end, at_, end); break;
        case '+':
        case '?': add(TokenType::kOtherModifier, end, at_, end); break;
        case '{': add(TokenType::kOpen, end, at_, end); break;
        case '}': add(TokenType::kClose, end, at_, end); break;
        case '\\': escaped(end); break;
        case ':': name(end); break;
        case '(': regexp(end); break;
        default: add(TokenType::kChar, end, at_, end);
      }
      if (!error_.detail.empty()) return error_;
    }
    tokens_.push_back({TokenType::kEnd, at_, {}});
    return std::move(tokens_);
  }

 private:
  /// Where the character after the one at `index` begins.
  std::size_t next(std::size_t index) const {
    ++index;
    while (index < input_.size() && (static_cast<unsigned char>(input_[index]) & 0xC0U) == 0x80U) ++index;
    return index;
  }

  /// REQUIRES: one begins at `index`, in valid UTF-8.
  UChar32 character(std::size_t index) const {
    const auto lead = static_cast<unsigned char>(input_[index]);
    if (lead < 0x80) return lead;
    const std::size_t end = next(index);
    UChar32 c = lead & (0x7F >> (end - index));
    for (std::size_t i = index + 1; i < end; ++i)
      c = (c << 6) | (static_cast<unsigned char>(input_[i]) & 0x3F);
    return c;
  }

  void add(TokenType type, std::size_t next_at, std::size_t value_begin, std::size_t value_end) {
    tokens_.push_back({type, at_, input_.substr(value_begin, value_end - value_begin)});
    at_ = next_at;
  }

  /// "Process a tokenizing error": of a lenient tokenizer only the introducing character is invalid.
  void fail(std::size_t next_at, std::size_t position, std::string_view reason) {
    if (policy_ == TokenizePolicy::kStrict) error_ = wrong_at(position, reason);
    add(TokenType::kInvalidChar, next_at, at_, next_at);
  }

  void escaped(std::size_t end) {
    if (end == input_.size()) {
      return fail(end, at_, "the backslash at the end escapes nothing; write \\\\ for a backslash");
    }
    const std::size_t after = next(end);
    add(TokenType::kEscapedChar, after, end, after);
  }

  void name(std::size_t start) {
    std::size_t end = start;
    while (end < input_.size() && is_name_character(character(end), end == start)) end = next(end);
    if (end == start) {
      return fail(start, at_, "a colon begins a group, so a name must follow; write \\: for a colon");
    }
    add(TokenType::kName, end, start, end);
  }

  void regexp(std::size_t start) {
    int depth = 1;
    std::size_t i = start;
    while (i < input_.size() && depth > 0) {
      const char c = input_[i];
      if (static_cast<unsigned char>(c) >= 0x80) {
        return fail(start, i, "a regular expression holds ASCII only; write \\u{…} for other characters");
      }
      if (c == '?' && i == start) {
        return fail(start, i, "a group's regular expression must not begin with a question mark");
      }
      if (c == '\\') {
        if (++i == input_.size()) {
          return fail(start, i - 1, "the backslash at the end escapes nothing");
        }
        if (static_cast<unsigned char>(input_[i]) >= 0x80) {
          return fail(start, i, "a regular expression holds ASCII only; write \\u{…} for other characters");
        }
      } else if (c == ')') {
        --depth;
      } else if (c == '(') {
        ++depth;
        if (i + 1 == input_.size() || input_[i + 1] != '?') {
          return fail(start, i, "a group within a group must not capture; write (?: instead of (");
        }
      }
      ++i;
    }
    if (depth != 0) {
      return fail(start, at_,
                  "the group that ( opens is not closed; close it with ), or write \\( for a parenthesis");
    }
    if (i - 1 == start)
      return fail(start, at_, "the group holds no regular expression; write \\(\\) for parentheses");
    add(TokenType::kRegexp, i, start, i - 1);
  }

  std::string_view input_;
  TokenizePolicy policy_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  Error error_;
};

}  // namespace

Error wrong_at(std::size_t position, std::string_view reason) {
  return {ErrorCode::kInvalid, "at position " + std::to_string(position) + ": " + std::string(reason)};
}

Result<std::vector<Token>> tokenize(std::string_view input, TokenizePolicy policy) {
  return Tokenizer(input, policy).run();
}

}  // namespace cinnabar::url::pattern
