// SPDX-License-Identifier: Apache-2.0
#include "auth/deny_list.h"

#include <algorithm>
#include <utility>

#include "auth/quote.h"

namespace cinnabar {
namespace {

constexpr std::string_view kBlanks = " \t";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Nothing: a `%` without two hexadecimal digits. A `+` stays what it is.
std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return {};
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return {};
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

Error wrong(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

Result<void> set_condition(DenyList::Rule& rule, std::string_view name, std::string value) {
  const auto twice = [&] { return wrong("has " + std::string(name) + " twice; write one rule a line"); };
  for (const auto& [known, member] : {std::pair{std::string_view("iss"), &DenyList::Rule::issuer},
                                      std::pair{std::string_view("sub"), &DenyList::Rule::subject},
                                      std::pair{std::string_view("jti"), &DenyList::Rule::id}}) {
    if (name != known) continue;
    if (rule.*member) return twice();
    rule.*member = std::move(value);
    return {};
  }
  for (const auto& [known, type] : {std::pair{std::string_view("match"), MatcherType::kExact},
                                    std::pair{std::string_view("match_exact"), MatcherType::kExact},
                                    std::pair{std::string_view("match_urlpattern"), MatcherType::kUrlPattern},
                                    std::pair{std::string_view("topic"), MatcherType::kTopic}}) {
    if (name != known) continue;
    if (rule.type) return twice();
    rule.type = type;
    rule.pattern = std::move(value);
    return {};
  }
  return wrong("has the condition " + quoted(name) +
               ", which is unknown; known are jti, sub, iss, match, match_urlpattern and topic");
}

Result<DenyList::Rule> parse_rule(std::string_view line) {
  DenyList::Rule rule;
  rule.text = line;
  while (!line.empty()) {
    const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
    line.remove_prefix(word.size());
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos || equals + 1 == word.size()) {
      return wrong("has " + quoted(word) +
                   ", which is no condition; write name=value, such as jti=urn:uuid:… or sub=42");
    }
    std::optional<std::string> value = percent_decode(word.substr(equals + 1));
    if (!value)
      return wrong("has a \"%\" without two hexadecimal digits; write %25 for the character itself");
    if (Result<void> set = set_condition(rule, word.substr(0, equals), std::move(*value)); !set)
      return set.error();
  }
  return rule;
}

bool covers(const DenyList::Rule& rule, const TokenIdentity* token) {
  if (!rule.issuer && !rule.subject && !rule.id) return true;
  return token && (!rule.issuer || *rule.issuer == token->issuer) &&
         (!rule.subject || *rule.subject == token->subject) && (!rule.id || *rule.id == token->id);
}

}  // namespace

Result<DenyList> DenyList::parse(std::string_view text, std::string_view file) {
  DenyList list;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    line = line.substr(0, line.find_last_not_of(kBlanks) + 1);
    if (line.empty() || line.front() == '#') continue;
    Result<Rule> rule = parse_rule(line);
    if (!rule) {
      return wrong(std::string(file) + ':' + std::to_string(number) + ": the rule " + rule.error().detail);
    }
    list.rules_.push_back(std::move(*rule));
  }
  return list;
}

const DenyList::Rule* DenyList::denies(const TokenIdentity* token) const {
  const auto found = std::find_if(rules_.begin(), rules_.end(),
                                  [token](const Rule& rule) { return !rule.type && covers(rule, token); });
  return found == rules_.end() ? nullptr : &*found;
}

const DenyList::Rule* DenyList::denies(const TokenIdentity* token,
                                       std::span<const Matcher* const> matchers) const {
  const auto found = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    if (!covers(rule, token)) return false;
    return !rule.type || std::any_of(matchers.begin(), matchers.end(), [&](const Matcher* matcher) {
      return matcher->type() == *rule.type && matcher->pattern() == rule.pattern;
    });
  });
  return found == rules_.end() ? nullptr : &*found;
}

}  // namespace cinnabar
