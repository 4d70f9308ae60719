// SPDX-License-Identifier: Apache-2.0
#include "url/regexp_quantifier.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace cinnabar::url::regexp {
namespace {

/// Decimal digits without leading zeros, or nothing if none stand here.
std::optional<std::string_view> digits(Scanner& scanner) {
  std::string_view text = scanner.rest();
  text = text.substr(0, text.find_first_not_of("0123456789"));
  if (text.empty()) return std::nullopt;
  scanner.skip(text.size());
  return text.substr(std::min(text.find_first_not_of('0'), text.size()));
}

/// More than kMaxInput is all the same.
std::uint64_t clamped(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    value = std::min(value * 10 + static_cast<std::uint64_t>(c - '0'), kMaxInput + 1);
  }
  return value;
}

/// What stands after a "{".
bool read_counts(Scanner& scanner, Quantifier& quantifier) {
  const std::size_t start = scanner.position() - 1;
  const auto min = digits(scanner);
  auto max = min;
  const bool has_comma = min && scanner.eat(",");
  if (has_comma) max = digits(scanner);
  if (!min || !scanner.eat("}")) {
    return scanner.fail("\"{\"", start, " needs a backslash to stand for itself, or a count in braces");
  }
  if (max && (min->size() > max->size() || (min->size() == max->size() && *min > *max))) {
    return scanner.fail("the count", start, " goes down; put the lesser number first");
  }
  quantifier.min = clamped(*min);
  if (max) quantifier.max = clamped(*max);
  return true;
}

}  // namespace

std::optional<Quantifier> read_quantifier(Scanner& scanner) {
  Quantifier quantifier;
  if (scanner.eat("+")) {
    quantifier.min = 1;
  } else if (scanner.eat("?")) {
    quantifier.max = 1;
  } else if (scanner.eat("{")) {
    if (!read_counts(scanner, quantifier)) return std::nullopt;
  } else if (!scanner.eat("*")) {
    return std::nullopt;
  }
  quantifier.is_lazy = scanner.eat("?");
  return quantifier;
}

}  // namespace cinnabar::url::regexp
