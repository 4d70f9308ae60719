// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// What a URI template is once it is parsed, for those who expand it and match it.
namespace cinnabar::url::uri_template {

/// One line of the table in appendix A of RFC 6570.
struct Operator {
  char name;             ///< NUL for none
  char first;            ///< what the expansion begins with; NUL for nothing
  char separator;        ///< between variables
  bool is_named;         ///< "name=value"
  bool equals_if_empty;  ///< whether "=" follows the name when the value is empty
  bool allows_reserved;
};

inline constexpr std::array<Operator, 8> kOperators = {{
    {'\0', '\0', ',', false, false, false},
    {'+', '\0', ',', false, false, true},
    {'#', '#', ',', false, false, true},
    {'.', '.', '.', false, false, false},
    {'/', '/', '/', false, false, false},
    {';', ';', ';', true, false, false},
    {'?', '?', '&', true, true, false},
    {'&', '&', '&', true, true, false},
}};

struct Variable {
  std::string name;
  std::size_t prefix = 0;  ///< the most characters to take; 0: all
  bool explodes = false;
};

struct Expression {
  Operator op{};
  std::vector<Variable> variables;  ///< at least one
  bool explodes = false;            ///< some variable does
};

/// Literal text as it stands in the template, or an expression.
using Part = std::variant<std::string, Expression>;

/// Two literals never stand side by side.
struct Program {
  std::string text;
  std::vector<Part> parts;
};

/// Bits of kCharacters.
enum Character : std::uint8_t {
  kUnreserved = 1,
  kReserved = 2,
  kHexDigit = 4,
  kNameCharacter = 8,  ///< ALPHA / DIGIT / "_"
  kLiteral = 16,       ///< may stand in literals, of ASCII
};

constexpr std::array<std::uint8_t, 256> make_characters() {
  std::array<std::uint8_t, 256> bits{};
  const auto add = [&bits](std::string_view characters, std::uint8_t bit) {
    for (const char c : characters) {
      auto& of_c = bits[static_cast<unsigned char>(c)];
      of_c = static_cast<std::uint8_t>(of_c | bit);
    }
  };
  constexpr std::string_view kAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::string_view kReservedOnes = ":/?#[]@!$&'()*+,;=";
  add(kAlphanumeric, kUnreserved | kNameCharacter | kLiteral);
  add("-._~", kUnreserved | kLiteral);
  // Among them the apostrophe, by erratum 6937 of RFC 6570.
  add(kReservedOnes, kReserved | kLiteral);
  add("_", kNameCharacter);
  add("0123456789ABCDEFabcdef", kHexDigit);
  return bits;
}
inline constexpr std::array<std::uint8_t, 256> kCharacters = make_characters();

constexpr bool is(char c, std::uint8_t bits) {
  return (kCharacters[static_cast<unsigned char>(c)] & bits) != 0;
}

/// Whether "%" and two hexadecimal digits stand at `at`.
constexpr bool is_encoded(std::string_view text, std::size_t at) {
  return text.size() >= 3 && at <= text.size() - 3 && text[at] == '%' && is(text[at + 1], kHexDigit) &&
         is(text[at + 2], kHexDigit);
}

}  // namespace cinnabar::url::uri_template
