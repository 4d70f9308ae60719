// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/pattern_parser.h"

#include <cstddef>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "url/pattern/pattern_string.h"
#include "url/pattern/tokenizer.h"

namespace cinnabar::url::pattern {
namespace {

Modifier modifier_of(const Token* token) {
  if (token == nullptr) return Modifier::kNone;
  switch (token->value[0]) {
    case '?': return Modifier::kOptional;
    case '*': return Modifier::kZeroOrMore;
    default: return Modifier::kOneOrMore;
  }
}

class PatternParser {
 public:
  PatternParser(std::vector<Token> tokens, const Options& options, const Encode& encode)
      : tokens_(std::move(tokens)),
        options_(options),
        encode_(encode),
        segment_wildcard_(segment_wildcard_regexp(options)) {}

  Result<PartList> run() {
    while (tokens_[at_].type != TokenType::kEnd && !error_) step();
    flush_pending();
    if (error_) return std::move(*error_);
    return std::move(parts_);
  }

 private:
  /// A text, and the group that it precedes or encloses.
  struct Group {
    std::string prefix;
    const Token* name = nullptr;
    const Token* body = nullptr;  // a kRegexp or kAsterisk
    std::string suffix;
  };

  void step() {
    const Token* const character = take(TokenType::kChar);
    Group group;
    group.name = take(TokenType::kName);
    group.body = take_body(group.name);
    if (group.name != nullptr || group.body != nullptr) {
      if (character != nullptr) {
        const bool is_prefix = options_.prefix != '\0' && character->value[0] == options_.prefix;
        (is_prefix ? group.prefix : pending_) += character->value;
      }
      flush_pending();
      return add_part(group, take_modifier());
    }
    const Token* const fixed = character != nullptr ? character : take(TokenType::kEscapedChar);
    if (fixed != nullptr) {
      pending_ += fixed->value;
    } else if (const Token* const open = take(TokenType::kOpen)) {
      braces(*open);
    } else {
      refuse_stray(tokens_[at_]);
    }
  }

  void refuse_stray(const Token& token) {
    if (token.type == TokenType::kClose) {
      return fail(wrong_at(token.index, "the `}` closes no group; remove it, or escape it as `\\}`"));
    }
    const std::string character(token.value);
    fail(wrong_at(token.index, "there is no group before the `" + character +
                                   "` to repeat or make optional; put one there, or escape it as `\\" +
                                   character + "`"));
  }

  void braces(const Token& open) {
    Group group;
    group.prefix = take_text();
    group.name = take(TokenType::kName);
    group.body = take_body(group.name);
    group.suffix = take_text();
    if (take(TokenType::kClose) != nullptr) return add_part(group, take_modifier());
    if (tokens_[at_].type == TokenType::kEnd) {
      return fail(
          wrong_at(open.index, "the group opened by `{` is not closed; close it, or escape it as `\\{`"));
    }
    fail(wrong_at(
        tokens_[at_].index,
        "braces hold at most one group, with plain text around it; close them before this, or escape "
        "it with a backslash"));
  }

  /// "Try to consume a token".
  const Token* take(TokenType type) { return tokens_[at_].type == type ? &tokens_[at_++] : nullptr; }

  /// "Try to consume a regexp or wildcard token".
  const Token* take_body(const Token* name) {
    const Token* const regexp = take(TokenType::kRegexp);
    return regexp != nullptr || name != nullptr ? regexp : take(TokenType::kAsterisk);
  }

  const Token* take_modifier() {
    const Token* const other = take(TokenType::kOtherModifier);
    return other != nullptr ? other : take(TokenType::kAsterisk);
  }

  /// "Consume text".
  std::string take_text() {
    std::string text;
    for (;;) {
      const Token* token = take(TokenType::kChar);
      if (token == nullptr) token = take(TokenType::kEscapedChar);
      if (token == nullptr) return text;
      text += token->value;
    }
  }

  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }

  std::string encoded(std::string_view text) {
    if (text.empty() || error_) return {};  // every callback leaves the empty text alone
    Result<std::string> result = encode_(text);
    if (result.ok()) return std::move(*result);
    fail({ErrorCode::kInvalid, ": " + result.error().detail});
    return {};
  }

  void add_text(std::string_view text, Modifier modifier) {
    if (!text.empty()) parts_.push_back({PartType::kFixedText, modifier, encoded(text), {}, {}, {}});
  }

  /// "Maybe add a part from the pending fixed value".
  void flush_pending() { add_text(std::exchange(pending_, {}), Modifier::kNone); }

  /// "Add a part".
  void add_part(const Group& group, const Token* modifier_token) {
    const Modifier modifier = modifier_of(modifier_token);
    if (group.name == nullptr && group.body == nullptr) {  // "{text}": all of it is in the prefix
      if (modifier == Modifier::kNone) {
        pending_ += group.prefix;
        return;
      }
      flush_pending();
      return add_text(group.prefix, modifier);
    }
    flush_pending();
    Part part;
    part.modifier = modifier;
    if (group.body == nullptr || group.body->value == segment_wildcard_) {
      part.type = PartType::kSegmentWildcard;
    } else if (group.body->type == TokenType::kAsterisk || group.body->value == ".*") {
      part.type = PartType::kFullWildcard;
    } else {
      part.type = PartType::kRegexp;
      part.value = group.body->value;
    }
    if (group.name == nullptr) {
      part.name = std::to_string(next_numeric_name_++);  // a name of the user's never starts with a digit
    } else {
      part.name = group.name->value;
      if (!names_.insert(group.name->value).second) {
        return fail(wrong_at(group.name->index, "the group name `" + part.name +
                                                    "` is there twice; give each group a name of its own"));
      }
    }
    part.prefix = encoded(group.prefix);
    part.suffix = encoded(group.suffix);
    parts_.push_back(std::move(part));
  }

  const std::vector<Token> tokens_;
  const Options options_;
  const Encode& encode_;
  const std::string segment_wildcard_;
  std::size_t at_ = 0;
  PartList parts_;
  std::string pending_;
  std::size_t next_numeric_name_ = 0;
  std::unordered_set<std::string_view> names_;
  std::optional<Error> error_;
};

}  // namespace

Result<PartList> parse_pattern(std::string_view input, const Options& options, const Encode& encode) {
  Result<std::vector<Token>> tokens = tokenize(input, TokenizePolicy::kStrict);
  if (!tokens.ok()) return tokens.error();
  return PatternParser(std::move(*tokens), options, encode).run();
}

}  // namespace cinnabar::url::pattern
