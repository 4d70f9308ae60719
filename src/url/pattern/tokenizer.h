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
  std::size_t index;       ///< of its first byte in the input, the escape or parenthesis included
  std::string_view value;  ///< into the input: without escape, colon and parentheses
};

/// Section 2.1.2: kStrict refuses what is no token, kLenient makes it a kInvalidChar.
enum class TokenizePolicy : std::uint8_t { kStrict, kLenient };

/// The tokens of `input`, which is valid UTF-8, and one kEnd after them. Errors (kStrict): kInvalid;
/// the detail is a clause "at position 3: …".
Result<std::vector<Token>> tokenize(std::string_view input, TokenizePolicy policy);

/// A clause that says where a pattern is wrong, counting bytes from 0, and how.
Error wrong_at(std::size_t position, std::string_view reason);

}  // namespace cinnabar::url::pattern
