// SPDX-License-Identifier: Apache-2.0
#include "protocol/matcher.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <unordered_set>
#include <utility>

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
  }
  return {};
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

bool MatcherSet::selects(std::span<const std::string_view> topics) const {
  return std::any_of(matchers_.begin(), matchers_.end(), [&](const Matcher& matcher) {
    return std::any_of(topics.begin(), topics.end(),
                       [&](std::string_view topic) { return matcher.matches(topic); });
  });
}

}  // namespace cinnabar
