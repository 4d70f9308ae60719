// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/pattern_parser.h"

#include <cstddef>
#include <unordered_set>
#include <utility>
#include <vector>

#include "url/pattern/tokenizer.h"

namespace cinnabar::url::pattern {
namespace {

/// "Generate a segment wildcard regexp": what a user may also spell out.
std::string segment_wildcard(char delimiter) {
  std::string regexp = "[^";
  if (delimiter != '\0') {
    regexp += '\\';
    regexp += delimiter;
  }
  return regexp + "]+?";
}

Modifier modifier_of(const Token* token) {
  if (!token) return Modifier::kNone;
  switch (token->value.front()) {
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
        segment_(segment_wildcard(options.delimiter)) {}

  Result<PartList> run() {
    while (tokens_[at_].type != TokenType::kEnd && !failed_) step();
    if (!failed_) flush_pending();
    if (failed_) return std::move(error_);
    return std::move(parts_);
  }

 private:
  void step() {
    const Token* const character = take(TokenType::kChar);
    const Token* const name = take(TokenType::kName);
    const Token* const group = take_group(name);
    if (name || group) {
      std::string prefix(character ? character->value : std::string_view());
      if (!prefix.empty() && !(prefix.size() == 1 && prefix.front() == options_.prefix)) {
        pending_ += prefix;
        prefix.clear();
      }
      flush_pending();
      return add_part(prefix, name, group, {}, take_modifier());
    }
    const Token* const fixed = character ? character : take(TokenType::kEscapedChar);
    if (fixed) {
      pending_ += fixed->value;
      return;
    }
    if (take(TokenType::kOpen)) return braces(at_ - 1);
    if (tokens_[at_].type == TokenType::kClose) {
      return fail(wrong_at(tokens_[at_].index, "this } closes no group; write \\} for a brace"));
    }
    fail(wrong_at(tokens_[at_].index,
                  "there is nothing here to repeat or make optional; escape the character "
                  "with a backslash to take it literally"));
  }

  void braces(std::size_t open) {
    const std::string prefix = take_text();
    const Token* const name = take(TokenType::kName);
    const Token* const group = take_group(name);
    const std::string suffix = take_text();
    if (!take(TokenType::kClose)) {
      const Token& found = tokens_[at_];
      if (found.type == TokenType::kEnd) {
        return fail(
            wrong_at(tokens_[open].index,
                     "the group that { opens is not closed; close it with }, or write \\{ for a brace"));
      }
      return fail(wrong_at(found.index,
                           "a group in braces holds text, at most one wildcard, name or regular "
                           "expression, and text; close it with } before this"));
    }
    add_part(prefix, name, group, suffix, take_modifier());
  }

  const Token* take(TokenType type) {
    if (tokens_[at_].type != type) return nullptr;
    return &tokens_[at_++];
  }

  /// "Try to consume a regexp or wildcard token".
  const Token* take_group(const Token* name) {
    const Token* const regexp = take(TokenType::kRegexp);
    return regexp || name ? regexp : take(TokenType::kAsterisk);
  }

  const Token* take_modifier() {
    const Token* const other = take(TokenType::kOtherModifier);
    return other ? other : take(TokenType::kAsterisk);
  }

  std::string take_text() {
    std::string text;
    for (;;) {
      const Token* token = take(TokenType::kChar);
      if (!token) token = take(TokenType::kEscapedChar);
      if (!token) return text;
      text += token->value;
    }
  }

  void fail(Error error) {
    if (failed_) return;
    failed_ = true;
    error_ = std::move(error);
  }

  /// Empty also when that fails.
  std::string encoded(std::string_view text) {
    if (text.empty()) return {};  // all encodings leave it alone
    Result<std::string> result = encode_(text);
    if (result) return std::move(*result);
    fail({ErrorCode::kInvalid, ": " + result.error().detail});
    return {};
  }

  /// "Maybe add a part from the pending fixed value".
  void flush_pending() {
    if (pending_.empty()) return;
    Part part;
    part.value = encoded(std::exchange(pending_, {}));
    parts_.push_back(std::move(part));
  }

  void add_part(const std::string& prefix, const Token* name, const Token* group, const std::string& suffix,
                const Token* modifier_token) {
    Part part;
    part.modifier = modifier_of(modifier_token);
    if (!name && !group && part.modifier == Modifier::kNone) {
      pending_ += prefix;
      return;
    }
    flush_pending();
    if (!name && !group) {  // then all of the text is in `prefix`
      if (prefix.empty()) return;
      part.value = encoded(prefix);
      parts_.push_back(std::move(part));
      return;
    }
    if (!group || group->value == segment_) {
      part.type = PartType::kSegmentWildcard;
    } else if (group->type == TokenType::kAsterisk || group->value == ".*") {
      part.type = PartType::kFullWildcard;
    } else {
      part.type = PartType::kRegexp;
      part.value = group->value;
    }
    part.name = name ? std::string(name->value) : std::to_string(next_number_++);
    if (!names_.insert(part.name).second) {
      const std::size_t position = (name ? name : group)->index;
      return fail(wrong_at(position, "the group name " + part.name + " is there twice; names must differ"));
    }
    part.prefix = encoded(prefix);
    part.suffix = encoded(suffix);
    parts_.push_back(std::move(part));
  }

  const std::vector<Token> tokens_;
  const Options options_;
  const Encode& encode_;
  const std::string segment_;
  std::size_t at_ = 0;
  PartList parts_;
  std::string pending_;
  int next_number_ = 0;
  std::unordered_set<std::string> names_;
  bool failed_ = false;
  Error error_;
};

}  // namespace

Result<PartList> parse_pattern(std::string_view input, const Options& options, const Encode& encode) {
  Result<std::vector<Token>> tokens = tokenize(input, TokenizePolicy::kStrict);
  if (!tokens) return tokens.error();
  return PatternParser(std::move(*tokens), options, encode).run();
}

}  // namespace cinnabar::url::pattern
