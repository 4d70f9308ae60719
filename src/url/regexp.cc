// SPDX-License-Identifier: Apache-2.0
#include "url/regexp.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "url/regexp_class.h"
#include "url/regexp_quantifier.h"
#include "url/regexp_scanner.h"
#include "url/regexp_set.h"

namespace cinnabar::url {
namespace regexp {
namespace {

/// What RE2 bears: of one count, and of the product of counts within counts.
constexpr std::uint64_t kMaxRepeat = 1000;

/// RegularExpressionModifiers in force.
struct Modifiers {
  bool ignore_case = false;
  bool multiline = false;
  bool dot_all = false;
};

/// What was just written to the output, from `start` on, and may be quantified.
struct Atom {
  std::size_t start = 0;
  bool is_nullable = false;
  std::uint64_t repeats = 1;  ///< the greatest product of nested counts
};

/// An open group, or the whole expression: one Disjunction.
struct Group {
  std::size_t position = 0;             ///< of its "("
  std::size_t start = 0;                ///< in the output
  Modifiers outer;                      ///< to return to
  bool is_nullable = false;             ///< some finished alternative is
  bool is_alternative_nullable = true;  ///< the current one is, so far
  std::uint64_t repeats = 1;
  std::set<std::u32string> names;              ///< of groups in finished alternatives
  std::set<std::u32string> alternative_names;  ///< in the current one
};

/// One pass over the source, which writes the output as it goes. It keeps its own stack of groups.
///
/// What matches is the same in RE2. Which part a group takes is, too, but for one thing: ECMAScript
/// drops an optional iteration that took nothing and tries on, so that (?:|a)* goes for the a's, and
/// RE2 for nothing. And under the modifier `m`, a carriage return is no line terminator to RE2; no
/// component of a URL holds one.
class Translator {
 public:
  explicit Translator(std::string_view source) : scanner_(source) {}

  Result<std::string> run();

 private:
  bool term();
  bool escape();
  bool open_group();
  bool open_named_group(std::size_t start);
  bool modifiers(std::size_t start);
  bool close_group();
  void end_alternative();
  bool quantify(Atom atom);
  bool repeat(Atom& atom, const Quantifier& quantifier);
  bool write_set(const std::optional<Set>& set);
  bool refuse(std::string_view what, std::size_t position) {
    return scanner_.fail(what, position, " is not supported, since matching must take linear time");
  }

  Scanner scanner_;
  std::string out_;
  Modifiers modifiers_;
  std::vector<Group> groups_{Group{}};
};

Result<std::string> Translator::run() {
  while (!scanner_.at_end()) {
    if (!term()) return scanner_.error();
  }
  if (groups_.size() > 1) {
    scanner_.fail("the group", groups_.back().position, " lacks its \")\"");
    return scanner_.error();
  }
  return std::move(out_);
}

/// A Term, or one of the signs that hold terms together. REQUIRES: not at the end.
bool Translator::term() {
  const std::size_t start = scanner_.position();
  const char c = *scanner_.peek();
  scanner_.skip();
  switch (c) {
    case '|':
      end_alternative();
      out_ += '|';
      return true;
    case '(': return open_group();
    case ')': return close_group();
    case '^': out_ += modifiers_.multiline ? "(?m:^)" : "\\A"; return true;
    case '$': out_ += modifiers_.multiline ? "(?m:$)" : "\\z"; return true;
    case '[': return write_set(character_class(scanner_, modifiers_.ignore_case));
    case '\\': return escape();
    case '.': {
      Set line_terminators;
      if (!modifiers_.dot_all) {
        line_terminators.add('\n');
        line_terminators.add('\r');
      }
      line_terminators.complement(false);
      return write_set(line_terminators);
    }
    case '*':
    case '+':
    case '?': return scanner_.fail(std::string("\"") + c + "\"", start, " has nothing before it to repeat");
    case '{':
    case '}':
    case ']':
      return scanner_.fail(std::string("\"") + c + "\"", start, " needs a backslash to stand for itself");
    default: break;
  }
  if (static_cast<unsigned char>(c) >= 0x80) {
    return scanner_.fail("a character outside of ASCII", start, " must be written as \\u{...}");
  }
  const Atom atom{.start = out_.size()};
  append_literal(out_, static_cast<char32_t>(c), modifiers_.ignore_case);
  return quantify(atom);
}

/// After a backslash: the assertions \b and \B, or an AtomEscape.
bool Translator::escape() {
  const std::size_t start = scanner_.position() - 1;
  const auto c = scanner_.peek();
  if (c == 'b' || c == 'B') {
    scanner_.skip();
    out_ += '\\';
    out_ += *c;
    return true;
  }
  if (c && (*c == 'k' || (*c >= '1' && *c <= '9'))) return refuse("the back-reference", start);

  if (const auto set = class_escape(scanner_, modifiers_.ignore_case)) return write_set(set);
  if (scanner_.failed()) return false;
  const auto character = scanner_.character_escape();
  if (!character) return false;
  const Atom atom{.start = out_.size()};
  append_literal(out_, *character, modifiers_.ignore_case);
  return quantify(atom);
}

bool Translator::write_set(const std::optional<Set>& set) {
  if (!set) return false;
  const Atom atom{.start = out_.size(), .is_nullable = set->is_nullable()};
  set->append_to(out_, modifiers_.ignore_case);
  return quantify(atom);
}

/// After a "(". No group of the output captures, so that the caller's stay the only ones.
bool Translator::open_group() {
  const std::size_t start = scanner_.position() - 1;
  if (groups_.size() > kMaxDepth) {
    return scanner_.fail("the group", start, " nests too deep; use fewer groups in groups");
  }
  Group group;
  group.position = start;
  group.start = out_.size();
  group.outer = modifiers_;
  if (scanner_.eat("?")) {
    if (scanner_.eat("=") || scanner_.eat("!")) return refuse("look-ahead", start);
    if (scanner_.eat("<=") || scanner_.eat("<!")) return refuse("look-behind", start);
    if (scanner_.eat("<")) {
      if (!open_named_group(start)) return false;
    } else if (!scanner_.eat(":") && !modifiers(start)) {
      return false;
    }
  }
  groups_.push_back(std::move(group));
  out_ += "(?:";
  return true;
}

/// Two groups may have one name only where never both take part: in different alternatives.
bool Translator::open_named_group(std::size_t start) {
  const auto name = scanner_.group_name();
  if (!name) return false;
  if (groups_.back().alternative_names.insert(*name).second) return true;
  return scanner_.fail("the group", start, " has the name of another one");
}

/// RegularExpressionModifiers after "(?", and the ":".
bool Translator::modifiers(std::size_t start) {
  bool value = true;
  std::string seen;
  while (!scanner_.eat(":")) {
    const auto c = scanner_.peek();
    bool Modifiers::*modifier = nullptr;
    if (c == 'i') modifier = &Modifiers::ignore_case;
    if (c == 'm') modifier = &Modifiers::multiline;
    if (c == 's') modifier = &Modifiers::dot_all;
    if (modifier == nullptr && (c != '-' || !value)) {
      return scanner_.fail("(?", start, " begins no known kind of group");
    }
    if (seen.find(*c) != std::string::npos) {
      return scanner_.fail("(?", start, " is followed by one modifier twice");
    }
    scanner_.skip();
    seen += *c;
    if (modifier != nullptr) {
      modifiers_.*modifier = value;
    } else {
      value = false;
    }
  }
  if (seen == "-") return scanner_.fail("(?-:", start, " names no modifier");
  return true;
}

void Translator::end_alternative() {
  Group& group = groups_.back();
  group.is_nullable = group.is_nullable || group.is_alternative_nullable;
  group.is_alternative_nullable = true;
  if (group.names.size() < group.alternative_names.size()) group.names.swap(group.alternative_names);
  group.names.merge(group.alternative_names);
  group.alternative_names.clear();
}

bool Translator::close_group() {
  if (groups_.size() == 1) {
    return scanner_.fail("\")\"", scanner_.position() - 1, " closes nothing; put a backslash before it");
  }
  end_alternative();
  Group group = std::move(groups_.back());
  groups_.pop_back();
  auto& names = groups_.back().alternative_names;
  if (names.size() < group.names.size()) names.swap(group.names);
  names.merge(group.names);
  if (!group.names.empty()) return scanner_.fail("the group", group.position, " repeats a group's name");

  modifiers_ = group.outer;
  out_ += ')';
  return quantify({.start = group.start, .is_nullable = group.is_nullable, .repeats = group.repeats});
}

/// Ends an Atom, with the Quantifier that may follow.
bool Translator::quantify(Atom atom) {
  if (const auto quantifier = read_quantifier(scanner_)) {
    if (!repeat(atom, *quantifier)) return false;
  } else if (scanner_.failed()) {
    return false;
  }
  Group& group = groups_.back();
  group.is_alternative_nullable = group.is_alternative_nullable && atom.is_nullable;
  group.repeats = std::max(group.repeats, atom.repeats);
  return true;
}

/// Writes the quantifier behind its atom.
bool Translator::repeat(Atom& atom, const Quantifier& quantifier) {
  const std::uint64_t min = quantifier.min;
  if (min > kMaxInput && !atom.is_nullable) {
    out_.resize(atom.start);
    append_never(out_);
    atom.repeats = 1;
    return true;
  }
  const bool is_unbounded = quantifier.max > kMaxInput && min <= kMaxInput;
  const std::uint64_t max = is_unbounded ? kInfinity : quantifier.max;
  atom.repeats *= std::clamp<std::uint64_t>(is_unbounded ? min : max, 1, kMaxInput + 1);
  if (atom.repeats > kMaxRepeat) {
    return scanner_.fail("the count that ends", scanner_.position(),
                         " is too high; counts, and products of counts within counts, may not exceed 1000");
  }
  atom.is_nullable = atom.is_nullable || min == 0;
  if (max == 0) {
    out_.resize(atom.start);
    out_ += "(?:)";
    return true;
  }
  if (max == 1) {
    if (min == 1) return true;
    out_ += '?';
  } else if (min <= 1 && is_unbounded) {
    out_ += min == 0 ? '*' : '+';
  } else {
    out_ += '{' + std::to_string(min);
    if (max != min) out_ += ',';
    if (max != min && !is_unbounded) out_ += std::to_string(max);
    out_ += '}';
  }
  if (quantifier.is_lazy) out_ += '?';
  return true;
}

}  // namespace
}  // namespace regexp

Result<std::string> translate_regexp(std::string_view source) { return regexp::Translator(source).run(); }

}  // namespace cinnabar::url
