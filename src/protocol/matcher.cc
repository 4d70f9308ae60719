// SPDX-License-Identifier: Apache-2.0
#include "protocol/matcher.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <functional>
#include <unordered_set>
#include <utility>

#include "protocol/topic_pattern.h"
#include "protocol/topic_selector.h"

namespace cinnabar {
namespace {

struct HashMatcher {
  std::size_t operator()(const Matcher* matcher) const {
    return std::hash<std::string>()(matcher->pattern()) * 31 + static_cast<std::size_t>(matcher->type());
  }
};

struct EqualMatcher {
  bool operator()(const Matcher* a, const Matcher* b) const { return *a == *b; }
};

}  // namespace

std::string_view name_of(MatcherType type) {
  switch (type) {
    case MatcherType::kExact: return "exact";
    case MatcherType::kUrlPattern: return "urlpattern";
    case MatcherType::kTopic: return "topic";
  }
  return {};
}

std::optional<MatcherType> matcher_type(std::string_view name) {
  for (const MatcherType type : {MatcherType::kExact, MatcherType::kUrlPattern}) {
    if (name_of(type) == name) return type;
  }
  return {};
}

Matcher Matcher::topic_selector(std::string pattern) {
  Matcher made(MatcherType::kTopic, std::move(pattern));
  made.selector_ = TopicSelector::compile(made.pattern_);
  return made;
}

Result<Matcher> Matcher::make(MatcherType type, std::string pattern, const HubUrl& hub) {
  assert(type != MatcherType::kTopic);
  if (type == MatcherType::kExact || pattern == "*") return Matcher(type, std::move(pattern));
  auto compiled = TopicPattern::compile(pattern, hub);
  if (!compiled) return compiled.error();
  Matcher made(type, std::move(pattern));
  made.url_pattern_ = std::move(*compiled);
  return made;
}

bool Matcher::matches(Topic& topic) const {
  if (url_pattern_) return url_pattern_->matches(topic);
  if (selector_) return selector_->matches(topic.text());
  return pattern_ == topic.text() || is_wildcard();
}

bool operator==(const Matcher& a, const Matcher& b) {
  if (a.type_ != b.type_ || a.pattern_ != b.pattern_) return false;
  return a.url_pattern_ == b.url_pattern_ || a.url_pattern_->origin() == b.url_pattern_->origin();
}

MatcherSet::MatcherSet(std::vector<Matcher> matchers) {
  matchers_.reserve(matchers.size());
  // By hash: with LIM-1 switched off a request may hold very many. The addresses are
  // stable, as the room was reserved.
  std::unordered_set<const Matcher*, HashMatcher, EqualMatcher> seen;
  for (Matcher& matcher : matchers) {
    if (seen.contains(&matcher)) continue;
    matchers_.push_back(std::move(matcher));
    seen.insert(&matchers_.back());
  }
}

bool MatcherSet::selects(Topics& topics) const {
  return std::any_of(matchers_.begin(), matchers_.end(), [&](const Matcher& matcher) {
    return std::any_of(topics.begin(), topics.end(), [&](Topic& topic) { return matcher.matches(topic); });
  });
}

}  // namespace cinnabar
