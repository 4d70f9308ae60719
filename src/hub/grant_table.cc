// SPDX-License-Identifier: Apache-2.0
#include "hub/grant_table.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace cinnabar {
namespace {

// Equal rights give equal keys, whatever the order and grouping of the details. Each part carries
// its length, so that no two different lists of patterns spell the same key.
std::string key_of(const Grants& grants) {
  std::vector<const Matcher*> matchers;
  for (const GrantDetail& detail : grants.details()) {
    if (!detail.subscribe) continue;
    for (const Matcher& matcher : detail.matchers) matchers.push_back(&matcher);
  }
  std::sort(matchers.begin(), matchers.end(), [](const Matcher* a, const Matcher* b) {
    return a->type() != b->type() ? a->type() < b->type() : a->pattern() < b->pattern();
  });
  std::string key;
  for (const Matcher* matcher : matchers) {
    key += std::to_string(static_cast<int>(matcher->type()));
    key += ' ';
    key += std::to_string(matcher->pattern().size());
    key += ' ';
    key += matcher->pattern();
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
