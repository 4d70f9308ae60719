// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "url/uri_template.h"
#include "url/uri_template_program.h"

// How a template is matched. Between two parts of the template, the match may have come to any set of
// positions in the text; that set is one bit per position, and each part turns one set into the next by
// whole words. So a part costs text/64 steps times its own length, however ambiguous the template is.
namespace cinnabar::url {
namespace uri_template {
namespace {

/// What characters an expression takes one by one, besides "%XX": an index from 0 to kClasses - 1.
constexpr std::size_t kClasses = 16;
using Class = std::size_t;
constexpr Class kWithReserved = 1;
constexpr Class kWithEquals = 2;
constexpr std::array<char, 4> kExtras = {'\0', '/', ';', '&'};  // the class / 4 says which is in it, too

constexpr bool holds(Class a_class, char c) {
  if (is(c, kUnreserved) || c == ',') return true;
  if (c == '=' && (a_class & kWithEquals) != 0) return true;
  if ((a_class & kWithReserved) != 0) return is(c, kReserved);
  return c != '\0' && c == kExtras[a_class / 4];
}

/// The strings that an expression matches, besides none at all: `first`, unless that is NUL, then
/// characters of the class, with at most so many separators among them, which are not in the class.
struct Shape {
  char first = '\0';
  Class of = 0;
  char separator = '\0';
  std::size_t separators = 0;
};

Shape shape_of(const Expression& expression) {
  const Operator& op = expression.op;
  Shape shape{.first = op.first, .separator = op.separator};
  if (op.allows_reserved) shape.of |= kWithReserved;
  if (op.is_named || expression.explodes) shape.of |= kWithEquals;
  if (holds(shape.of, op.separator)) return shape;
  if (expression.explodes) {
    // As many separators as there are: then they are characters like the others.
    const auto extra = std::find(kExtras.begin(), kExtras.end(), op.separator);
    shape.of |= static_cast<Class>(extra - kExtras.begin()) * 4;
  } else {
    shape.separators = expression.variables.size() - 1;
  }
  return shape;
}

/// Whether an expression takes all of `text`. There is only one way to try, since separators are not
/// in the class.
bool takes_all(Shape shape, std::string_view text) {
  if (text.empty()) return true;
  if (shape.first != '\0') {
    if (text[0] != shape.first) return false;
    text.remove_prefix(1);
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (holds(shape.of, text[i])) continue;
    if (is_encoded(text, i)) {
      i += 2;
    } else if (text[i] == shape.separator && shape.separators > 0) {
      --shape.separators;
    } else {
      return false;
    }
  }
  return true;
}

/// A set of positions in a text, from 0 to its size.
using Word = std::uint64_t;
using Set = std::vector<Word>;

bool contains(const Set& set, std::size_t position) {
  return (set[position / 64] >> (position % 64) & 1) != 0;
}
void insert(Set& set, std::size_t position) { set[position / 64] |= Word{1} << (position % 64); }
bool is_empty(const Set& set) {
  return std::all_of(set.begin(), set.end(), [](Word word) { return word == 0; });
}

/// One run over one text.
class Matcher {
 public:
  explicit Matcher(std::string_view text)
      : text_(text), at_(empty_set()), encoded_(empty_set()), inside_(empty_set()) {
    insert(at_, 0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (!is_encoded(text, i)) continue;
      insert(encoded_, i);
      insert(inside_, i + 1);
      insert(inside_, i + 2);
    }
  }

  /// False: the match has failed.
  bool literal(std::string_view literal) {
    for (const char c : literal) {
      advance(at_, where(c));
      if (is_empty(at_)) return false;
    }
    return true;
  }

  void expression(const Shape& shape) {
    frontier_ = at_;
    if (shape.first != '\0') advance(frontier_, where(shape.first));
    spread(frontier_, shape.of);
    unite(at_, frontier_);
    for (std::size_t i = 0; i < shape.separators; ++i) {
      advance(frontier_, where(shape.separator));
      spread(frontier_, shape.of);
      if (!unite_new(at_, frontier_)) return;
    }
  }

  bool is_at_end() const { return contains(at_, text_.size()); }

 private:
  Set empty_set() const { return Set(text_.size() / 64 + 1); }

  std::pair<Set&, bool> kept(std::size_t key);
  const Set& where(char c);
  const Set& where_class(Class a_class);
  void spread(Set& set, Class a_class);

  static void advance(Set& set, const Set& over);
  static void unite(Set& set, const Set& other);
  static bool unite_new(Set& set, Set& other);

  std::string_view text_;
  Set at_;        // where the match may have come to
  Set encoded_;   // where "%XX" begins
  Set inside_;    // where its digits stand
  Set frontier_;  // scratch
  static constexpr std::size_t kCharacterKeys = 256;
  std::array<std::uint16_t, kCharacterKeys + kClasses> index_{};  // in kept_, from 1; 0: not made yet
  std::vector<Set> kept_;
};

/// The set kept for `key`, and whether it is new, and empty.
std::pair<Set&, bool> Matcher::kept(std::size_t key) {
  const bool is_new = index_[key] == 0;
  if (is_new) {
    kept_.push_back(empty_set());
    index_[key] = static_cast<std::uint16_t>(kept_.size());
  }
  return {kept_[index_[key] - 1U], is_new};
}

/// Where a character stands. Valid until the next call.
const Set& Matcher::where(char c) {
  const auto [set, is_new] = kept(static_cast<unsigned char>(c));
  if (!is_new) return set;
  for (std::size_t i = text_.find(c); i != std::string_view::npos; i = text_.find(c, i + 1)) insert(set, i);
  return set;
}

/// Where a character of the class stands, or "%XX" begins. Valid until the next call.
const Set& Matcher::where_class(Class a_class) {
  const auto [set, is_new] = kept(kCharacterKeys + a_class);
  if (!is_new) return set;
  set = encoded_;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (holds(a_class, text_[i])) insert(set, i);
  }
  return set;
}

/// Each position in `set` and `over` moves on by one character; the others are lost.
void Matcher::advance(Set& set, const Set& over) {
  Word carry = 0;
  for (std::size_t i = 0; i < set.size(); ++i) {
    const Word moving = set[i] & over[i];
    set[i] = moving << 1 | carry;
    carry = moving >> 63;
  }
}

/// Adds what can be reached by any number of characters of the class and "%XX".
///
/// In a run of such characters, adding the run as a number to the positions in it carries each of them
/// to the end of the run, and leaves a mark all along the way. That would also stop between the
/// "%" and the digits; so positions inside count only if they were in the set, or follow one that was:
/// the digits are in every class.
void Matcher::spread(Set& set, Class a_class) {
  const Set& run = where_class(a_class);
  Word carry = 0;         // of the sum
  Word inside_carry = 0;  // of the shift
  for (std::size_t i = 0; i < set.size(); ++i) {
    const Word starts = set[i] & run[i];
    const Word partial = starts + run[i];
    const Word sum = partial + carry;
    carry = static_cast<Word>(partial < starts) | static_cast<Word>(sum < partial);
    const Word started_inside = set[i] & inside_[i];
    const Word reached = (sum ^ run[i]) & ~inside_[i];
    const Word second_digit = (started_inside << 1 | inside_carry) & inside_[i];
    inside_carry = started_inside >> 63;
    set[i] |= reached | second_digit;
  }
}

void Matcher::unite(Set& set, const Set& other) {
  for (std::size_t i = 0; i < set.size(); ++i) set[i] |= other[i];
}

/// Leaves in `other` only what is new. False: nothing is.
bool Matcher::unite_new(Set& set, Set& other) {
  Word any = 0;
  for (std::size_t i = 0; i < set.size(); ++i) {
    other[i] &= ~set[i];
    set[i] |= other[i];
    any |= other[i];
  }
  return any != 0;
}

}  // namespace
}  // namespace uri_template

bool UriTemplate::matches(std::string_view text) const {
  using uri_template::Expression;
  std::span<const uri_template::Part> parts = program_->parts;
  if (!parts.empty()) {
    if (const auto* prefix = std::get_if<std::string>(&parts.front())) {
      if (!text.starts_with(*prefix)) return false;
      text.remove_prefix(prefix->size());
      parts = parts.subspan(1);
    }
  }
  if (parts.empty()) return text.empty();
  if (const auto* suffix = std::get_if<std::string>(&parts.back())) {
    if (!text.ends_with(*suffix)) return false;
    text.remove_suffix(suffix->size());
    parts = parts.first(parts.size() - 1);
  }
  if (parts.size() == 1)
    return uri_template::takes_all(uri_template::shape_of(std::get<Expression>(parts[0])), text);

  uri_template::Matcher matcher(text);
  for (const uri_template::Part& part : parts) {
    if (const auto* literal = std::get_if<std::string>(&part)) {
      if (!matcher.literal(*literal)) return false;
    } else {
      matcher.expression(uri_template::shape_of(std::get<Expression>(part)));
    }
  }
  return matcher.is_at_end();
}

}  // namespace cinnabar::url
