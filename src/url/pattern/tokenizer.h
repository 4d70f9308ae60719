// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cinnabar::url::pattern {

/// URL Pattern Standard, section 2.1.1 "Tokens".
enum class TokenType : std::uint8_t {
  kOpen,
  kClose,
  kRegexp,
  kName,
  kChar,
  kEscapedChar,
  kOtherModifier,
  kAsterisk,
  kEnd,
  kInvalidChar,
};

struct Token {
  TokenType type;
  std::size_t index;       ///< of its first byte in the input: of the backslash, colon or parenthesis too
  std::string_view value;  ///< into the input, without backslash, colon and parentheses
};

/// What becomes of a character that is out of place: an error, or a kInvalidChar.
enum class TokenizePolicy : std::uint8_t { kStrict, kLenient };

/// "Tokenize" (section 2.1.2): the tokens of `input`, then one kEnd. Takes linear time. REQUIRES: `input`
/// is UTF-8. Errors (kStrict alone): kInvalid, as wrong_at() makes them.
Result<std::vector<Token>> tokenize(std::string_view input, TokenizePolicy policy);

/// An error whose detail goes on after "The pattern's pathname is invalid": " at position 3: reason".
Error wrong_at(std::size_t position, std::string_view reason);

}  // namespace cinnabar::url::pattern
