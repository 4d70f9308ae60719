// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/regexp_component.h"

#include <re2/re2.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "url/regexp.h"

namespace cinnabar::url::pattern {
namespace {

/// For the program and for what its automaton remembers.
constexpr std::int64_t kMaxMemory = 1 << 20;
/// In RE2's instructions. When the automaton has too many states, each byte of the input costs a step for
/// each instruction.
constexpr int kMaxProgramSize = 4000;
/// Steps that an input may cost with captures, without a look first whether it matches at all.
constexpr std::size_t kManySteps = 100'000;

std::string group_label(const StoredParts& parts, std::size_t part) {
  return "the regular expression of group \"" + std::string(parts.name(part)) + "\"";
}

/// What the wildcard of a group matches, in RE2's syntax, without capturing groups.
Result<std::string> wildcard(const StoredParts& parts, std::size_t part, char delimiter) {
  switch (parts.type(part)) {
    case PartType::kSegmentWildcard:
      if (delimiter == '\0') return std::string("(?s:.)+?");
      return "[^" + RE2::QuoteMeta(std::string(1, delimiter)) + "]+?";
    case PartType::kFullWildcard: return std::string("(?s:.)*");
    default: break;
  }
  Result<std::string> translated = translate_regexp(parts.value(part));
  if (translated.ok()) return translated;
  return Error{ErrorCode::kInvalid, "in " + group_label(parts, part) + ", " + translated.error().detail};
}

std::string quoted(std::string_view text) {
  return RE2::QuoteMeta(re2::StringPiece(text.data(), text.size()));
}

/// The modifier of the part as an expression has it.
std::string_view modifier_string(Modifier modifier) {
  switch (modifier) {
    case Modifier::kOptional: return "?";
    case Modifier::kZeroOrMore: return "*";
    case Modifier::kOneOrMore: return "+";
    default: return "";
  }
}

bool is_bare(const StoredParts& parts, std::size_t part) {
  return parts.prefix(part).empty() && parts.suffix(part).empty();
}

/// "Generate a regular expression and name list", one group's share.
std::string group_expression(const StoredParts& parts, std::size_t part, const std::string& body) {
  const Modifier modifier = parts.modifier(part);
  const bool repeats = modifier == Modifier::kZeroOrMore || modifier == Modifier::kOneOrMore;
  const std::string_view sign = modifier_string(modifier);
  std::string out;
  if (is_bare(parts, part)) {
    if (repeats) return out.append("((?:").append(body).append(")").append(sign).append(")");
    return out.append("(").append(body).append(")").append(sign);
  }
  const std::string prefix = quoted(parts.prefix(part));
  const std::string suffix = quoted(parts.suffix(part));
  out.append("(?:").append(prefix).append("(");
  if (repeats) {
    out.append("(?:").append(body).append(")(?:").append(suffix).append(prefix);
    out.append("(?:").append(body).append("))*");
  } else {
    out.append(body);
  }
  out.append(")").append(suffix).append(")");
  return out.append(modifier == Modifier::kOneOrMore ? "" : modifier == Modifier::kNone ? "" : "?");
}

}  // namespace

struct RegexpComponent::State {
  State(const std::string& expression, const RE2::Options& options) : regexp(expression, options) {}

  RE2 regexp;
  /// Of each group, whether it is `(X)?`. ECMAScript does not count an empty match of it as taking part.
  std::vector<bool> is_absent_if_empty;
};

RegexpComponent::RegexpComponent(std::unique_ptr<const State> state) : state_(std::move(state)) {}
RegexpComponent::~RegexpComponent() = default;

Result<std::unique_ptr<const RegexpComponent>> RegexpComponent::compile(const StoredParts& parts,
                                                                        char delimiter) {
  std::string expression;
  std::string first_group;
  std::size_t regexps = 0;
  std::vector<bool> is_absent_if_empty;
  for (std::size_t part = 0; part < parts.size(); ++part) {
    if (parts.is_text(part)) {
      const std::string text = quoted(parts.value(part));
      const Modifier modifier = parts.modifier(part);
      if (modifier == Modifier::kNone) {
        expression += text;
      } else {
        expression.append("(?:").append(text).append(")").append(modifier_string(modifier));
      }
      continue;
    }
    const Result<std::string> body = wildcard(parts, part, delimiter);
    if (!body.ok()) return body.error();
    if (parts.type(part) == PartType::kRegexp && ++regexps == 1) first_group = group_label(parts, part);
    expression += group_expression(parts, part, *body);
    is_absent_if_empty.push_back(is_bare(parts, part) && parts.modifier(part) == Modifier::kOptional);
  }
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemory);
  auto state = std::make_unique<State>(expression, options);
  if (!state->regexp.ok() || state->regexp.ProgramSize() > kMaxProgramSize) {
    const char* what = regexps == 1 ? " is too large" : " is too large with the later ones";
    return Error{ErrorCode::kInvalid, first_group + what + ": make it shorter, or its counts smaller"};
  }
  state->is_absent_if_empty = std::move(is_absent_if_empty);
  return std::unique_ptr<const RegexpComponent>(new RegexpComponent(std::move(state)));
}

bool RegexpComponent::test(std::string_view input) const {
  return state_->regexp.Match(re2::StringPiece(input.data(), input.size()), 0, input.size(), RE2::ANCHOR_BOTH,
                              nullptr, 0);
}

bool RegexpComponent::exec(std::string_view input, Captures& captures) const {
  captures.clear();
  // An undefined group has a null pointer, and an empty input may have one as well.
  if (input.data() == nullptr) input = "";
  const auto steps = input.size() * static_cast<std::size_t>(state_->regexp.ProgramSize());
  if (steps > kManySteps && !test(input)) return false;
  const std::size_t groups = state_->is_absent_if_empty.size();
  std::vector<re2::StringPiece> found(groups + 1);
  if (!state_->regexp.Match(re2::StringPiece(input.data(), input.size()), 0, input.size(), RE2::ANCHOR_BOTH,
                            found.data(), static_cast<int>(found.size()))) {
    return false;
  }
  for (std::size_t i = 0; i < groups; ++i) {
    const re2::StringPiece& group = found[i + 1];
    if (group.data() == nullptr || (group.empty() && state_->is_absent_if_empty[i])) {
      captures.emplace_back();
    } else {
      captures.emplace_back(std::string_view(group.data(), group.size()));
    }
  }
  return true;
}

}  // namespace cinnabar::url::pattern
