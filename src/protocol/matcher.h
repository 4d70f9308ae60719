// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/hub_url.h"
#include "protocol/topic.h"

namespace cinnabar {

class TopicPattern;
class TopicSelector;

/// The registered matcher types (MATCH-1), and the topic selector of protocol 0.x (COMPAT-5), which is
/// none: only the parameter `topic` and the claim `mercure` make one, no `match_type` names it.
enum class MatcherType : unsigned char { kExact, kUrlPattern, kTopic };

/// The canonical name of a type: "exact", "urlpattern"; for logs also "topic".
std::string_view name_of(MatcherType type);
/// The registered type of that very name; nothing for one that the hub does not support (MATCH-2).
std::optional<MatcherType> matcher_type(std::string_view name);

/// A (type, pattern) pair. The pattern "*" matches every topic under any type (MATCH-3).
/// Immutable; any thread.
class Matcher {
 public:
  /// MATCH-4: compares bytes.
  static Matcher exact(std::string pattern) { return {MatcherType::kExact, std::move(pattern)}; }
  /// COMPAT-5, COMPAT-7: any string is a selector.
  static Matcher topic_selector(std::string pattern);
  /// A registered type, with the hub's URL as base. Errors: kInvalid for a pattern that its type does not
  /// allow, with one sentence that may be sent to a client (SUB-15).
  /// REQUIRES: type != kTopic
  static Result<Matcher> make(MatcherType type, std::string pattern, const HubUrl& hub);

  MatcherType type() const { return type_; }
  const std::string& pattern() const { return pattern_; }
  bool is_wildcard() const { return pattern_ == "*"; }
  /// What a `urlpattern` compiled to; nullptr for other types and for the wildcard.
  const TopicPattern* url_pattern() const { return url_pattern_.get(); }
  /// What a topic selector that is a template compiled to; nullptr for all else.
  const TopicSelector* selector() const { return selector_.get(); }

  bool matches(Topic& topic) const;

  /// Equal matchers match the same topics: type, pattern, and, where it counts, the hub's origin.
  friend bool operator==(const Matcher& a, const Matcher& b);

 private:
  Matcher(MatcherType type, std::string pattern) : type_(type), pattern_(std::move(pattern)) {}

  MatcherType type_;
  std::string pattern_;
  std::shared_ptr<const TopicPattern> url_pattern_;
  std::shared_ptr<const TopicSelector> selector_;
};

/// The matchers of one subscriber: deduplicated, in the order of SUB-27. Immutable; any thread.
class MatcherSet {
 public:
  MatcherSet() = default;
  /// Merges identical matchers (SUB-16), keeping the order of first appearance.
  explicit MatcherSet(std::vector<Matcher> matchers);

  bool selects(Topics& topics) const;
  const std::vector<Matcher>& matchers() const { return matchers_; }
  bool empty() const { return matchers_.empty(); }

 private:
  std::vector<Matcher> matchers_;
};

}  // namespace cinnabar
