// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/tokenizer.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <optional>
#include <string>

namespace cinnabar::url::pattern {
namespace {

constexpr std::string_view kNotAscii =
    "a regular expression must be ASCII; write other characters as \\u{…} with their hexadecimal number";
constexpr std::string_view kLoneBackslash =
    "the backslash at the end escapes nothing; remove it, or write `\\\\` for a backslash";

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// "Is a valid name code point": ECMAScript's IdentifierStart for the first one, else IdentifierPart.
bool is_name_code_point(UChar32 c, bool first) {
  if (c == '$' || c == '_') return true;
  if (first) return u_hasBinaryProperty(c, UCHAR_ID_START) != 0;
  return u_hasBinaryProperty(c, UCHAR_ID_CONTINUE) != 0 || c == 0x200C || c == 0x200D;
}

class Tokenizer {
 public:
  Tokenizer(std::string_view input, TokenizePolicy policy) : input_(input), policy_(policy) {
    tokens_.reserve(input.size() + 1);  // mostly single characters
  }

  Result<std::vector<Token>> run() {
    while (at_ < input_.size() && !error_) step();
    if (error_) return std::move(*error_);
    tokens_.push_back({TokenType::kEnd, at_, {}});
    return std::move(tokens_);
  }

 private:
  void step() {
    const std::size_t after = next(at_);
    switch (input_[at_]) {
      case '*': return add(TokenType::kAsterisk, at_, after, after);
      case '+':
      case '?': return add(TokenType::kOtherModifier, at_, after, after);
      case '{': return add(TokenType::kOpen, at_, after, after);
      case '}': return add(TokenType::kClose, at_, after, after);
      case '\\': return escaped(after);
      case ':': return name(after);
      case '(': return regexp(after);
      default: return add(TokenType::kChar, at_, after, after);
    }
  }

  /// Where the character after the one at `index` starts.
  std::size_t next(std::size_t index) const {
    std::size_t after = index;
    U8_FWD_1(input_.data(), after, input_.size());
    return after;
  }

  /// The character at `index`, which is whole.
  UChar32 code_point(std::size_t index) const {
    const std::size_t length = next(index) - index;
    auto c = static_cast<UChar32>(static_cast<unsigned char>(input_[index]));
    if (length > 1) c &= 0x7F >> length;
    for (std::size_t i = 1; i < length; ++i) c = (c << 6) | (input_[index + i] & 0x3F);
    return c;
  }

  /// "Add a token", and go on at `after`.
  void add(TokenType type, std::size_t value_begin, std::size_t value_end, std::size_t after) {
    tokens_.push_back({type, at_, input_.substr(value_begin, value_end - value_begin)});
    at_ = after;
  }

  /// "Process a tokenizing error": for the lenient, the first character alone is invalid.
  void fail(std::size_t position, std::string_view reason) {
    if (policy_ == TokenizePolicy::kStrict) {
      error_ = wrong_at(position, reason);
    } else {
      add(TokenType::kInvalidChar, at_, at_ + 1, at_ + 1);
    }
  }

  void escaped(std::size_t start) {
    if (start == input_.size()) return fail(at_, kLoneBackslash);
    const std::size_t after = next(start);
    add(TokenType::kEscapedChar, start, after, after);
  }

  void name(std::size_t start) {
    std::size_t end = start;
    while (end < input_.size() && is_name_code_point(code_point(end), end == start)) end = next(end);
    if (end == start) {
      return fail(at_, "no group name follows the `:`; name the group, or escape the colon as `\\:`");
    }
    add(TokenType::kName, start, end, end);
  }

  void regexp(std::size_t start) {
    std::size_t depth = 1;
    std::size_t i = start;
    for (; i < input_.size() && depth > 0; ++i) {
      const char c = input_[i];
      if (!is_ascii(c)) return fail(i, kNotAscii);
      if (c == '?' && i == start) {
        return fail(
            i, "a group's regular expression must not start with `?`; remove the `?` or escape it as `\\?`");
      }
      if (c == '\\') {
        if (++i == input_.size()) return fail(i - 1, kLoneBackslash);
        if (!is_ascii(input_[i])) return fail(i, kNotAscii);
      } else if (c == ')') {
        --depth;
      } else if (c == '(') {
        ++depth;
        if (i + 1 == input_.size() || input_[i + 1] != '?') {
          return fail(
              i, "a group inside of a group must not capture; write `(?:` for `(`, or escape it as `\\(`");
        }
      }
    }
    if (depth > 0) {
      return fail(at_, "the group opened by `(` is not closed; close it, or escape it as `\\(`");
    }
    if (i == start + 1) {
      return fail(at_, "the group `()` is empty; give it a regular expression, or escape it as `\\(\\)`");
    }
    add(TokenType::kRegexp, start, i - 1, i);
  }

  const std::string_view input_;
  const TokenizePolicy policy_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  std::optional<Error> error_;
};

}  // namespace

Error wrong_at(std::size_t position, std::string_view reason) {
  return {ErrorCode::kInvalid, " at position " + std::to_string(position) + ": " + std::string(reason)};
}

Result<std::vector<Token>> tokenize(std::string_view input, TokenizePolicy policy) {
  return Tokenizer(input, policy).run();
}

}  // namespace cinnabar::url::pattern
