// SPDX-License-Identifier: Apache-2.0
#include "hub/subscriber_index.h"

#include "hub/subscriber.h"

namespace cinnabar {

IndexNode& SubscriberIndex::node_for(const Matcher& matcher) {
  if (matcher.is_wildcard()) {
    if (!wildcard_) wildcard_ = std::make_unique<IndexNode>(matcher);
    return *wildcard_;
  }
  if (matcher.url_pattern()) return patterns_.node_for(matcher);
  if (const auto at = exact_.find(matcher.pattern()); at != exact_.end()) return *at->second;
  auto made = std::make_unique<IndexNode>(matcher);
  IndexNode& node = *made;
  exact_.emplace(node.matcher.pattern(), std::move(made));
  return node;
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
  if (&node == wildcard_.get()) {
    wildcard_.reset();
  } else if (node.matcher.url_pattern()) {
    patterns_.drop(node);
  } else {
    exact_.erase(exact_.find(node.matcher.pattern()));
  }
}

}  // namespace cinnabar
