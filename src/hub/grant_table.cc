// SPDX-License-Identifier: Apache-2.0
#include "hub/grant_table.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <vector>

#include "protocol/topic_pattern.h"

namespace cinnabar {
namespace {

// The origin that a pattern is relative to is a part of what it means.
std::string_view origin_of(const Matcher& matcher) {
  return matcher.url_pattern() ? std::string_view(matcher.url_pattern()->origin()) : std::string_view();
}

void append_sized(std::string& key, std::string_view part) {
  key += std::to_string(part.size());
  key += ' ';
  key += part;
}

// Equal rights to read give equal keys, whatever the order and grouping of the details. Payloads and
// rights to publish are no part of it: a GrantSet does not tell them. Each part carries its length, so that
// no two different lists of patterns spell the same key.
std::string key_of(const Grants& grants) {
  std::vector<const Matcher*> matchers;
  for (const GrantDetail& detail : grants.details()) {
    if (!detail.subscribe) continue;
    for (const Matcher& matcher : detail.matchers) matchers.push_back(&matcher);
  }
  std::sort(matchers.begin(), matchers.end(), [](const Matcher* a, const Matcher* b) {
    return std::tuple(a->type(), std::string_view(a->pattern()), origin_of(*a)) <
           std::tuple(b->type(), std::string_view(b->pattern()), origin_of(*b));
  });
  std::string key;
  for (const Matcher* matcher : matchers) {
    key += std::to_string(static_cast<int>(matcher->type()));
    key += ' ';
    append_sized(key, matcher->pattern());
    append_sized(key, origin_of(*matcher));
  }
  return key;
}

}  // namespace

GrantSet* GrantTable::acquire(const GrantsPtr& grants) {
  if (!grants) return nullptr;
  std::string key = key_of(*grants);
  if (key.empty()) return nullptr;
  std::unique_ptr<GrantSet>& set = sets_[std::move(key)];
  if (!set) set = std::make_unique<GrantSet>(grants);
  ++set->users_;
  return set.get();
}

void GrantTable::release(GrantSet* set) {
  if (set && --set->users_ == 0) sets_.erase(key_of(*set->grants_));
}

}  // namespace cinnabar
