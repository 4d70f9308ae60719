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

/// Registered matcher types (MATCH-1).
enum class MatcherType : unsigned char { kExact, kUrlPattern };

/// The canonical name of a type: "exact", "urlpattern".
std::string_view name_of(MatcherType type);
/// The type of that very name; nothing for one that the hub does not support (MATCH-2).
std::optional<MatcherType> matcher_type(std::string_view name);

/// A (type, pattern) pair. The pattern "*" matches every topic under any type (MATCH-3).
/// Immutable; any thread.
class Matcher {
 public:
  /// MATCH-4: compares bytes.
  static Matcher exact(std::string pattern) { return {MatcherType::kExact, std::move(pattern), nullptr}; }
  /// Any type, with the hub's URL as base. Errors: kInvalid for a pattern that its type does not
  /// allow, with one sentence that may be sent to a client (SUB-15).
  static Result<Matcher> make(MatcherType type, std::string pattern, const HubUrl& hub);

  MatcherType type() const { return type_; }
  const std::string& pattern() const { return pattern_; }
  bool is_wildcard() const { return pattern_ == "*"; }
  /// What a `urlpattern` compiled to; nullptr for other types and for the wildcard.
  const TopicPattern* url_pattern() const { return url_pattern_.get(); }

  bool matches(Topic& topic) const;

  /// Equal matchers match the same topics: type, pattern, and, where it counts, the hub's origin.
  friend bool operator==(const Matcher& a, const Matcher& b);

 private:
  Matcher(MatcherType type, std::string pattern, std::shared_ptr<const TopicPattern> compiled)
      : type_(type), pattern_(std::move(pattern)), url_pattern_(std::move(compiled)) {}

  MatcherType type_;
  std::string pattern_;
  std::shared_ptr<const TopicPattern> url_pattern_;
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
