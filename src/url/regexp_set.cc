// SPDX-License-Identifier: Apache-2.0
#include "url/regexp_set.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace cinnabar::url::regexp {
namespace {

constexpr std::size_t kAscii = 128;
constexpr char32_t kLongSCodePoint = 0x17F;
constexpr char32_t kKelvinCodePoint = 0x212A;

bool is_upper(std::size_t symbol) { return symbol >= 'A' && symbol <= 'Z'; }
bool is_lower(std::size_t symbol) { return symbol >= 'a' && symbol <= 'z'; }
bool is_alphanumeric(std::size_t symbol) {
  return is_upper(symbol) || is_lower(symbol) || (symbol >= '0' && symbol <= '9');
}

/// Simple case folding (scf).
std::size_t folded(std::size_t symbol) {
  if (symbol == kLongS) return 's';
  if (symbol == kKelvin) return 'k';
  return is_upper(symbol) ? symbol + ('a' - 'A') : symbol;
}

/// Appends an ASCII character so that it stands for itself, in a class of RE2 or outside.
void append_escaped(std::string& out, std::size_t symbol) {
  constexpr std::string_view kHex = "0123456789abcdef";
  if (is_alphanumeric(symbol) || symbol == '_') {
    out += static_cast<char>(symbol);
  } else if (symbol > ' ' && symbol < 0x7F) {
    out += '\\';
    out += static_cast<char>(symbol);
  } else {
    out += "\\x";
    out += kHex[symbol >> 4];
    out += kHex[symbol & 15];
  }
}

/// Appends the ASCII part of `characters` as one class of RE2.
void append_class(std::string& out, const std::bitset<kSymbols>& characters) {
  out += '[';
  const std::size_t size = out.size();
  for (std::size_t first = 0; first < kAscii; ++first) {
    if (!characters[first]) continue;
    std::size_t last = first;
    while (last + 1 < kAscii && characters[last + 1]) ++last;
    append_escaped(out, first);
    if (last > first + 1) out += '-';
    if (last > first) append_escaped(out, last);
    first = last;
  }
  if (out.size() != size) {
    out += ']';
  } else {
    out.pop_back();
    append_never(out);
  }
}

void append_symbol(std::string& out, std::size_t symbol, bool ignore_case) {
  const std::size_t lower = ignore_case ? folded(symbol) : symbol;
  if (ignore_case && is_lower(lower)) {
    out += '[';
    out += static_cast<char>(lower - ('a' - 'A'));
    out += static_cast<char>(lower);
    out += ']';
  } else if (lower < kAscii) {
    append_escaped(out, lower);
  } else {
    append_never(out);
  }
}

}  // namespace

std::optional<std::size_t> symbol_of(char32_t code_point) {
  if (code_point < kAscii) return code_point;
  if (code_point == kLongSCodePoint) return kLongS;
  if (code_point == kKelvinCodePoint) return kKelvin;
  return std::nullopt;
}

char32_t code_point_of(std::size_t symbol) {
  if (symbol == kLongS) return kLongSCodePoint;
  if (symbol == kKelvin) return kKelvinCodePoint;
  return static_cast<char32_t>(symbol);
}

void Set::add(char32_t code_point) {
  if (const auto symbol = symbol_of(code_point)) characters_.set(*symbol);
}

void Set::add_range(char32_t first, char32_t last) {
  for (std::size_t symbol = 0; symbol < kSymbols; ++symbol) {
    const char32_t code_point = code_point_of(symbol);
    if (code_point >= first && code_point <= last) characters_.set(symbol);
  }
}

void Set::add_string(const std::u32string& string) {
  if (string.size() == 1) return add(string[0]);
  may_contain_strings = true;
  std::string symbols;
  for (const char32_t code_point : string) {
    const auto symbol = symbol_of(code_point);
    if (!symbol) return;
    symbols += static_cast<char>(*symbol);
  }
  strings_.insert(std::move(symbols));
}

void Set::fold() {
  for (std::size_t symbol = 0; symbol < kSymbols; ++symbol) {
    if (!characters_[symbol] || folded(symbol) == symbol) continue;
    characters_.reset(symbol);
    characters_.set(folded(symbol));
  }
  std::set<std::string> strings;
  for (std::string string : strings_) {
    for (char& c : string) c = static_cast<char>(folded(static_cast<unsigned char>(c)));
    strings.insert(std::move(string));
  }
  strings_ = std::move(strings);
}

void Set::unite(Set&& other) {
  characters_ |= other.characters_;
  if (strings_.size() < other.strings_.size()) strings_.swap(other.strings_);
  strings_.merge(other.strings_);
  may_contain_strings = may_contain_strings || other.may_contain_strings;
}

void Set::intersect(const Set& other) {
  characters_ &= other.characters_;
  std::erase_if(strings_, [&other](const std::string& string) { return !other.strings_.contains(string); });
  may_contain_strings = may_contain_strings && other.may_contain_strings;
}

void Set::subtract(const Set& other) {
  characters_ &= ~other.characters_;
  for (const std::string& string : other.strings_) strings_.erase(string);
}

void Set::complement(bool ignore_case) {
  characters_.flip();
  if (!ignore_case) return;
  for (std::size_t symbol = 0; symbol < kSymbols; ++symbol) {
    if (folded(symbol) != symbol) characters_.reset(symbol);
  }
}

void Set::append_to(std::string& out, bool ignore_case) const {
  std::bitset<kSymbols> characters = characters_;
  if (ignore_case) {
    for (std::size_t lower = 'a'; lower <= 'z'; ++lower) characters[lower - ('a' - 'A')] = characters_[lower];
  }
  if (strings_.empty()) return append_class(out, characters);

  std::vector<std::string_view> longest_first(strings_.begin(), strings_.end());
  std::stable_sort(longest_first.begin(), longest_first.end(),
                   [](std::string_view a, std::string_view b) { return a.size() > b.size(); });
  out += "(?:";
  for (const std::string_view string : longest_first) {
    if (string.empty()) continue;
    for (const char c : string) append_symbol(out, static_cast<unsigned char>(c), ignore_case);
    out += '|';
  }
  append_class(out, characters);
  out += is_nullable() ? "|)" : ")";
}

void append_never(std::string& out) { out += "[^\\s\\S]"; }

void append_literal(std::string& out, char32_t code_point, bool ignore_case) {
  if (const auto symbol = symbol_of(code_point)) {
    append_symbol(out, *symbol, ignore_case);
  } else {
    append_never(out);
  }
}

}  // namespace cinnabar::url::regexp
