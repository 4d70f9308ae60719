// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cinnabar {

/// Registered matcher types (MATCH-1).
enum class MatcherType : unsigned char { kExact };

/// The canonical name of a type: "exact".
std::string_view name_of(MatcherType type);

/// A (type, pattern) pair. The pattern "*" matches every topic under any type (MATCH-3).
/// Immutable; any thread.
class Matcher {
 public:
  Matcher(MatcherType type, std::string pattern) : type_(type), pattern_(std::move(pattern)) {}

  MatcherType type() const { return type_; }
  const std::string& pattern() const { return pattern_; }
  bool is_wildcard() const { return pattern_ == "*"; }
  /// MATCH-4: exact compares bytes.
  bool matches(std::string_view topic) const { return pattern_ == topic || is_wildcard(); }

  friend bool operator==(const Matcher&, const Matcher&) = default;

 private:
  MatcherType type_;
  std::string pattern_;
};

/// The matchers of one subscriber: deduplicated, in the order of SUB-27. Immutable; any thread.
class MatcherSet {
 public:
  MatcherSet() = default;
  /// Merges identical matchers (SUB-16), keeping the order of first appearance.
  explicit MatcherSet(std::vector<Matcher> matchers);

  bool selects(std::span<const std::string_view> topics) const;
  const std::vector<Matcher>& matchers() const { return matchers_; }
  bool empty() const { return matchers_.empty(); }

 private:
  std::vector<Matcher> matchers_;
};

}  // namespace cinnabar
