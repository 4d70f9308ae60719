// SPDX-License-Identifier: Apache-2.0
#include "hub/subscriber_index.h"

#include "hub/subscriber.h"

namespace cinnabar {

IndexNode& SubscriberIndex::node_for(const Matcher& matcher) {
  if (matcher.is_wildcard()) {
    for (const auto& node : wildcards_) {
      if (node->matcher == matcher) return *node;
    }
    return *wildcards_.emplace_back(std::make_unique<IndexNode>(matcher));
  }
  if (matcher.url_pattern()) return patterns_.node_for(matcher);
  if (matcher.selector()) return selectors_.node_for(matcher);
  return texts_of(matcher.type()).node_for(matcher);
}

std::vector<Membership> SubscriberIndex::add(Subscriber& subscriber, const MatcherSet& matchers) {
  std::vector<Membership> memberships;
  memberships.reserve(matchers.matchers().size());
  for (const Matcher& matcher : matchers.matchers()) {
    IndexNode& node = node_for(matcher);
    memberships.push_back({&node, static_cast<std::uint32_t>(node.members.size())});
    node.members.push_back({&subscriber, static_cast<std::uint32_t>(memberships.size() - 1)});
  }
  return memberships;
}

void SubscriberIndex::remove(std::vector<Membership>& memberships) {
  for (const Membership& membership : memberships) {
    IndexNode& node = *membership.node;
    // The last member takes the free place.
    const IndexNode::Member moved = node.members.back();
    node.members[membership.slot] = moved;
    moved.subscriber->memberships_[moved.membership].slot = membership.slot;
    node.members.pop_back();
    if (node.members.empty()) {
      drop(node);
    } else if (node.members.size() * 4 < node.members.capacity()) {
      node.members.shrink_to_fit();
    }
  }
  memberships.clear();
}

void SubscriberIndex::drop(IndexNode& node) {
  if (node.matcher.is_wildcard()) {
    std::erase_if(wildcards_, [&](const auto& wildcard) { return wildcard.get() == &node; });
  } else if (node.matcher.url_pattern()) {
    patterns_.drop(node);
  } else if (node.matcher.selector()) {
    selectors_.drop(node);
  } else {
    texts_of(node.matcher.type()).drop(node);
  }
}

}  // namespace cinnabar
