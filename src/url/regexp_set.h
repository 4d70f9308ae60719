// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <set>
#include <string>

namespace cinnabar::url::regexp {

/// What of Unicode can matter to a match against ASCII text: ASCII, and the only two other code
/// points whose simple case folding is ASCII. All of it is numbered from 0 ("symbols").
inline constexpr std::size_t kLongS = 128;   // U+017F, folds to s
inline constexpr std::size_t kKelvin = 129;  // U+212A, folds to k
inline constexpr std::size_t kSymbols = 130;
std::optional<std::size_t> symbol_of(char32_t code_point);
char32_t code_point_of(std::size_t symbol);

/// A CharSet of ECMAScript (22.2.2.1), which may hold strings since the v flag, as far as it can
/// matter to ASCII text. A value type.
///
/// Under the modifier `i` every set must be folded, MaybeSimpleCaseFolding (22.2.2.9.3), when it comes
/// to be; the operations then stay within folded sets, and `ignore_case` tells them so.
class Set {
 public:
  void add(char32_t code_point);
  /// REQUIRES: first <= last
  void add_range(char32_t first, char32_t last);
  /// A string; one of a single character is that character.
  void add_string(const std::u32string& string);
  void fold();

  void unite(Set&& other);
  void intersect(const Set& other);
  void subtract(const Set& other);
  /// CharacterComplement (22.2.2.9.6). REQUIRES: no strings.
  void complement(bool ignore_case);

  /// MayContainStrings (22.2.1.8), which goes by the syntax: [\q{ab}--\q{ab}] "may".
  bool may_contain_strings = false;

  /// Whether the empty string is in it.
  bool is_nullable() const { return strings_.contains(std::string()); }
  /// Appends an expression of RE2 that matches what is in the set, the longest strings first
  /// (CompileAtom, 22.2.2.7). It can be quantified as it stands.
  void append_to(std::string& out, bool ignore_case) const;

 private:
  std::bitset<kSymbols> characters_;
  std::set<std::string> strings_;  // of symbols as bytes; none has length 1
};

/// Appends an expression that matches nothing.
void append_never(std::string& out);
/// Appends one character so that it stands for itself outside of a class.
void append_literal(std::string& out, char32_t code_point, bool ignore_case);

}  // namespace cinnabar::url::regexp
