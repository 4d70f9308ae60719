// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/component.h"

#include <algorithm>

#include "url/pattern/matcher.h"
#include "url/pattern/pattern_string.h"
#include "url/pattern/regexp_component.h"
#include "url/pattern/stored_parts.h"

namespace cinnabar::url::pattern {

/// What the simple shapes do without.
struct ComponentPattern::Program {
  enum class Engine : std::uint8_t { kSequence, kParts, kRegexp };

  explicit Program(const PartList& list) : parts(list) {}

  StoredParts parts;
  std::unique_ptr<const RegexpComponent> regexp;
  Engine engine = Engine::kParts;
};

namespace {

/// "The more restrictive, the greater": fixed text, regexp, segment wildcard, full wildcard.
int rank(PartType type) {
  switch (type) {
    case PartType::kFixedText: return 3;
    case PartType::kRegexp: return 2;
    case PartType::kSegmentWildcard: return 1;
    default: return 0;
  }
}

int rank(Modifier modifier) {
  switch (modifier) {
    case Modifier::kNone: return 3;
    case Modifier::kOneOrMore: return 2;
    case Modifier::kOptional: return 1;
    default: return 0;
  }
}

template <class T>
int sign_of(const T& left, const T& right) {
  return left < right ? -1 : right < left ? 1 : 0;
}

int compare_parts(const Part& left, const Part& right) {
  if (const int sign = sign_of(rank(left.type), rank(right.type))) return sign;
  if (const int sign = sign_of(rank(left.modifier), rank(right.modifier))) return sign;
  if (const int sign = sign_of(left.prefix, right.prefix)) return sign;
  if (const int sign = sign_of(left.value, right.value)) return sign;
  return sign_of(left.suffix, right.suffix);
}

}  // namespace

ComponentPattern::ComponentPattern() = default;
ComponentPattern::~ComponentPattern() = default;
ComponentPattern::ComponentPattern(ComponentPattern&&) noexcept = default;
ComponentPattern& ComponentPattern::operator=(ComponentPattern&&) noexcept = default;

Result<ComponentPattern> ComponentPattern::compile(PartList parts, const Options& options) {
  ComponentPattern component;
  component.text_ = pattern_string(parts, options);
  component.text_.shrink_to_fit();
  component.delimiter_ = options.delimiter;
  if (component.take_simple_shape(parts, options)) return component;

  auto program = std::make_unique<Program>(parts);
  component.shape_ = Shape::kProgram;
  const auto is_regexp = [](const Part& part) { return part.type == PartType::kRegexp; };
  if (std::any_of(parts.begin(), parts.end(), is_regexp)) {
    auto regexp = RegexpComponent::compile(program->parts, options.delimiter);
    if (!regexp.ok()) return regexp.error();
    program->regexp = std::move(*regexp);
    program->engine = Program::Engine::kRegexp;
  } else if (is_sequence(program->parts, options.delimiter)) {
    program->engine = Program::Engine::kSequence;
  }
  component.program_ = std::move(program);
  return component;
}

/// Whether the parts can be told from the text alone, for which nothing may be escaped in it or stand in
/// braces.
bool ComponentPattern::take_simple_shape(const PartList& parts, const Options& options) {
  std::string literal;
  std::size_t next = 0;
  if (next < parts.size() && parts[next].type == PartType::kFixedText) {
    if (parts[next].modifier != Modifier::kNone) return false;
    literal = parts[next++].value;
  }
  if (next == parts.size()) {
    if (text_ != literal || (parts.size() == 1 && literal.empty())) return false;
    literal_length_ = static_cast<std::uint32_t>(literal.size());
    shape_ = Shape::kLiteral;
    return true;
  }
  const Part& group = parts[next++];
  if (next != parts.size() || group.modifier != Modifier::kNone || !group.suffix.empty()) return false;
  literal += group.prefix;
  const bool has_prefix = options.prefix != '\0' && !literal.empty() && literal.back() == options.prefix;
  if (group.prefix.size() != (has_prefix ? 1 : 0)) return false;
  if (parts.size() == 2 && parts[0].value.empty()) return false;
  if (group.type == PartType::kFullWildcard && group.name == "0" && text_ == literal + "*") {
    shape_ = Shape::kLiteralAny;
  } else if (group.type == PartType::kSegmentWildcard && text_ == literal + ":" + group.name) {
    shape_ = Shape::kLiteralSegment;
  } else {
    return false;
  }
  literal_length_ = static_cast<std::uint32_t>(literal.size());
  has_prefix_ = has_prefix;
  return true;
}

std::string_view ComponentPattern::group_name() const {
  return shape_ == Shape::kLiteralAny ? "0" : std::string_view(text_).substr(literal_length_ + 1);
}

bool ComponentPattern::test_more(std::string_view input) const {
  switch (shape_) {
    case Shape::kLiteral: return input == text_;
    case Shape::kLiteralAny: return input.starts_with(fixed_text());
    case Shape::kLiteralSegment: {
      if (input.size() <= literal_length_ || !input.starts_with(fixed_text())) return false;
      return delimiter_ == '\0' || input.find(delimiter_, literal_length_) == std::string_view::npos;
    }
    default: break;
  }
  if (!input.starts_with(program_->parts.literal())) return false;
  switch (program_->engine) {
    case Program::Engine::kSequence: return test_sequence(program_->parts, delimiter_, input);
    case Program::Engine::kRegexp: return program_->regexp->test(input);
    default: return test_parts(program_->parts, delimiter_, input);
  }
}

std::optional<ComponentPattern::Groups> ComponentPattern::exec(std::string_view input) const {
  Groups groups;
  if (shape_ != Shape::kProgram) {
    if (!test(input)) return std::nullopt;
    if (shape_ != Shape::kLiteral) groups.emplace_back(group_name(), input.substr(literal_length_));
    return groups;
  }
  const StoredParts& parts = program_->parts;
  if (!input.starts_with(parts.literal())) return std::nullopt;
  Captures captures;
  const bool matches =
      program_->engine == Program::Engine::kSequence ? exec_sequence(parts, delimiter_, input, captures)
      : program_->engine == Program::Engine::kRegexp ? program_->regexp->exec(input, captures)
                                                     : exec_parts(parts, delimiter_, input, captures);
  if (!matches) return std::nullopt;
  groups.reserve(captures.size());
  auto capture = captures.begin();
  for (std::size_t part = 0; part < parts.size(); ++part) {
    if (parts.is_text(part)) continue;
    groups.emplace_back(parts.name(part), *capture++);
  }
  return groups;
}

bool ComponentPattern::has_regexp_groups() const {
  return program_ != nullptr && program_->regexp != nullptr;
}

ComponentPattern::Literal ComponentPattern::literal() const {
  if (shape_ != Shape::kProgram) return {fixed_text(), shape_ == Shape::kLiteral};
  const StoredParts& parts = program_->parts;
  bool is_whole = true;
  for (std::size_t part = 0; part < parts.size(); ++part) {
    is_whole = is_whole && parts.is_text(part) && parts.modifier(part) == Modifier::kNone;
  }
  return {parts.literal(), is_whole};
}

PartList ComponentPattern::parts() const {
  if (shape_ == Shape::kProgram) return program_->parts.list();
  PartList parts;
  std::string_view fixed = fixed_text();
  std::string_view prefix;
  if (has_prefix_) {
    prefix = fixed.substr(fixed.size() - 1);
    fixed.remove_suffix(1);
  }
  if (!fixed.empty())
    parts.push_back({PartType::kFixedText, Modifier::kNone, std::string(fixed), {}, {}, {}});
  if (shape_ != Shape::kLiteral) {
    const bool is_any = shape_ == Shape::kLiteralAny;
    parts.push_back({is_any ? PartType::kFullWildcard : PartType::kSegmentWildcard,
                     Modifier::kNone,
                     {},
                     std::string(group_name()),
                     std::string(prefix),
                     {}});
  }
  return parts;
}

/// The proposal's "compare a component". A list that ends first is compared as if an empty text
/// followed, so that "/foo/" is greater than "/foo/*".
int ComponentPattern::compare(const ComponentPattern& left, const ComponentPattern& right) {
  const PartList left_parts = left.parts();
  const PartList right_parts = right.parts();
  const std::size_t common = std::min(left_parts.size(), right_parts.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (const int sign = compare_parts(left_parts[i], right_parts[i])) return sign;
  }
  if (left_parts.size() > common) return compare_parts(left_parts[common], Part{});
  if (right_parts.size() > common) return compare_parts(Part{}, right_parts[common]);
  return 0;
}

}  // namespace cinnabar::url::pattern
