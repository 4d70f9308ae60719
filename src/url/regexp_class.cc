// SPDX-License-Identifier: Apache-2.0
#include "url/regexp_class.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "url/regexp_property.h"

namespace cinnabar::url::regexp {
namespace {

constexpr std::string_view kSyntax = "()[]{}/-\\|";                 // ClassSetSyntaxCharacter
constexpr std::string_view kReservedTwice = "&!#$%*+,.:;<=>?@^`~";  // ClassSetReservedDoublePunctuator
constexpr std::string_view kReservedAlone = "&-!#%,:;<=>@`~";       // ClassSetReservedPunctuator

bool holds(std::string_view characters, char c) { return characters.find(c) != std::string_view::npos; }

/// What \p{ and \P{ are followed by, with the braces.
std::optional<Set> property_escape(Scanner& scanner, bool negated, bool ignore_case) {
  const std::size_t start = scanner.position() - 2;
  const std::size_t end = scanner.rest().find('}');
  auto set = scanner.rest().starts_with("{") && end != std::string_view::npos
                 ? find_property(scanner.rest().substr(1, end - 1))
                 : std::nullopt;
  if (!set) {
    scanner.fail("\\p", start, " must be followed by the exact name of a Unicode property in braces");
    return std::nullopt;
  }
  scanner.skip(end + 1);
  if (ignore_case) set->fold();
  if (negated) {
    if (set->may_contain_strings) {
      scanner.fail("\\P", start, " is followed by a property of strings, which has no opposite");
      return std::nullopt;
    }
    set->complement(ignore_case);
  }
  return set;
}

/// Parses one class. It calls itself for classes in classes, at most kMaxDepth deep.
class ClassParser {
 public:
  ClassParser(Scanner& scanner, bool ignore_case) : scanner_(scanner), ignore_case_(ignore_case) {}

  std::optional<Set> parse(std::size_t depth);

 private:
  /// A ClassSetOperand, and the character if it is a ClassSetCharacter, which may begin a range.
  struct Operand {
    Set set;
    std::optional<char32_t> character;
  };

  std::optional<Set> contents(std::size_t depth);
  std::optional<Set> operations(Set left, std::string_view sign, std::size_t depth);
  std::optional<Operand> operand(std::size_t depth);
  std::optional<Set> strings(std::size_t start);
  std::optional<char32_t> character();
  bool range_to(char32_t first, std::size_t start, Set& set);
  Set set_of(char32_t code_point) const;

  Scanner& scanner_;
  const bool ignore_case_;
};

std::optional<Set> ClassParser::parse(std::size_t depth) {
  const std::size_t start = scanner_.position() - 1;
  if (depth > kMaxDepth) {
    scanner_.fail("[", start, " nests too deep; use fewer classes in classes");
    return std::nullopt;
  }
  const bool negated = scanner_.eat("^");
  auto set = contents(depth);
  if (!set) return std::nullopt;
  if (negated) {
    if (set->may_contain_strings) {
      scanner_.fail("[^", start, " holds strings of several characters, which have no opposite");
      return std::nullopt;
    }
    set->complement(ignore_case_);
  }
  return set;
}

/// ClassContents, and the "]" after it.
std::optional<Set> ClassParser::contents(std::size_t depth) {
  Set set;
  for (bool is_first = true; !scanner_.eat("]"); is_first = false) {
    const std::size_t start = scanner_.position();
    if (scanner_.at_end()) {
      scanner_.fail("the class that ends", start, " lacks its \"]\"");
      return std::nullopt;
    }
    auto next = operand(depth);
    if (!next) return std::nullopt;
    if (is_first) {
      for (const std::string_view sign : {"&&", "--"}) {
        if (scanner_.rest().starts_with(sign)) return operations(std::move(next->set), sign, depth);
      }
    }
    if (next->character && scanner_.rest().starts_with("-") && !scanner_.rest().starts_with("--")) {
      scanner_.skip();
      if (!range_to(*next->character, start, set)) return std::nullopt;
    } else {
      set.unite(std::move(next->set));
    }
  }
  return set;
}

/// ClassIntersection or ClassSubtraction, from the first sign to the "]".
std::optional<Set> ClassParser::operations(Set left, std::string_view sign, std::size_t depth) {
  while (!scanner_.eat("]")) {
    const std::size_t start = scanner_.position();
    if (!scanner_.eat(sign)) {
      scanner_.fail("\"" + std::string(sign) + "\" or \"]\" is missing", start,
                    "; a class with a set operation holds nothing else, but its operands may be classes");
      return std::nullopt;
    }
    if (sign == "&&" && scanner_.rest().starts_with("&")) {
      scanner_.fail("a third \"&\"", start + 2, " is not allowed after \"&&\"");
      return std::nullopt;
    }
    const auto right = operand(depth);
    if (!right) return std::nullopt;
    if (sign == "&&") {
      left.intersect(right->set);
    } else {
      left.subtract(right->set);
    }
  }
  return left;
}

std::optional<ClassParser::Operand> ClassParser::operand(std::size_t depth) {
  const std::size_t start = scanner_.position();
  std::optional<Set> set;
  if (scanner_.eat("[")) {
    set = parse(depth + 1);
  } else if (scanner_.eat("\\q{")) {
    set = strings(start);
  } else {
    if (scanner_.eat("\\")) {
      set = class_escape(scanner_, ignore_case_);
      if (!set && !scanner_.failed()) scanner_.unread();
    }
    if (!set && !scanner_.failed()) {
      const auto c = character();
      if (!c) return std::nullopt;
      return Operand{set_of(*c), c};
    }
  }
  if (!set) return std::nullopt;
  return Operand{std::move(*set), std::nullopt};
}

/// ClassStringDisjunction after its "\q{", and the "}".
std::optional<Set> ClassParser::strings(std::size_t start) {
  Set set;
  std::u32string string;
  for (;;) {
    if (scanner_.at_end()) {
      scanner_.fail("\\q{", start, " lacks its \"}\"");
      return std::nullopt;
    }
    const bool is_last = scanner_.eat("}");
    if (is_last || scanner_.eat("|")) {
      set.add_string(string);
      if (is_last) break;
      string.clear();
      continue;
    }
    const auto c = character();
    if (!c) return std::nullopt;
    string += *c;
  }
  if (ignore_case_) set.fold();
  return set;
}

/// ClassSetCharacter.
std::optional<char32_t> ClassParser::character() {
  const std::size_t start = scanner_.position();
  const auto c = scanner_.peek();
  const auto next = scanner_.peek(1);
  if (!c) {
    scanner_.fail("a character is missing", start, ", where the expression ends inside a class");
    return std::nullopt;
  }
  if (*c == '\\') {
    if (next && (*next == 'b' || holds(kReservedAlone, *next))) {
      scanner_.skip(2);
      return *next == 'b' ? U'\b' : static_cast<char32_t>(*next);
    }
    scanner_.skip();
    return scanner_.character_escape();
  }
  if (holds(kSyntax, *c) || (next == c && holds(kReservedTwice, *c))) {
    const bool is_twice = next == c && (*c == '-' || holds(kReservedTwice, *c));
    const std::string sign(is_twice ? 2U : 1U, *c);
    scanner_.fail("\"" + sign + "\"", start,
                  sign == "&&" || sign == "--"
                      ? " has no such operands; put brackets around each, or backslashes before the signs"
                      : " needs a backslash to stand for itself in a class");
    return std::nullopt;
  }
  if (static_cast<unsigned char>(*c) >= 0x80) {
    scanner_.fail("a character outside of ASCII", start, " must be written as \\u{...}");
    return std::nullopt;
  }
  scanner_.skip();
  return static_cast<char32_t>(*c);
}

/// The rest of a ClassSetRange, after its "-".
bool ClassParser::range_to(char32_t first, std::size_t start, Set& set) {
  if (scanner_.rest().starts_with("]")) {
    return scanner_.fail("\"-\"", scanner_.position() - 1,
                         " needs a backslash to stand for itself in a class");
  }
  const auto last = character();
  if (!last) return false;
  if (first > *last) return scanner_.fail("the range", start, " ends before it begins");
  Set range;
  range.add_range(first, *last);
  if (ignore_case_) range.fold();
  set.unite(std::move(range));
  return true;
}

Set ClassParser::set_of(char32_t code_point) const {
  Set set;
  set.add(code_point);
  if (ignore_case_) set.fold();
  return set;
}

}  // namespace

std::optional<Set> class_escape(Scanner& scanner, bool ignore_case) {
  const auto kind = scanner.peek();
  if (!kind || !holds("dDsSwWpP", *kind)) return std::nullopt;
  scanner.skip();
  if (*kind == 'p' || *kind == 'P') return property_escape(scanner, *kind == 'P', ignore_case);

  Set set;
  const bool is_word = *kind == 'w' || *kind == 'W';
  if (is_word || *kind == 'd' || *kind == 'D') set.add_range('0', '9');
  if (is_word) {
    set.add_range('A', 'Z');
    set.add_range('a', 'z');
    set.add('_');
  }
  if (*kind == 's' || *kind == 'S') {
    set.add_range('\t', '\r');
    set.add(' ');
  }
  // Under `i`, WordCharacters (22.2.2.9.3) also holds what folds to a word character; so does this.
  if (ignore_case) set.fold();
  if (holds("DSW", *kind)) set.complement(ignore_case);
  return set;
}

std::optional<Set> character_class(Scanner& scanner, bool ignore_case) {
  return ClassParser(scanner, ignore_case).parse(1);
}

}  // namespace cinnabar::url::regexp
