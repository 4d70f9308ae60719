// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "protocol/event.h"
#include "protocol/matcher.h"

namespace cinnabar {

class Subscriber;

/// A matcher that at least one subscriber of the shard holds, and who holds it.
struct IndexNode {
  struct Member {
    Subscriber* subscriber;
    std::uint32_t membership;  ///< index among the subscriber's memberships
  };
  explicit IndexNode(const Matcher& m) : matcher(m) {}
  Matcher matcher;
  std::vector<Member> members;
};

/// One subscription as its subscriber sees it: where it stands in the index.
struct Membership {
  IndexNode* node;
  std::uint32_t slot;  ///< index among the node's members
};

/// From an event's topics to the subscribers of one shard whose matchers select it. Equal matchers
/// are one node. Subscribing and leaving cost O(matchers); a topic costs one hash look-up, however
/// many subscribers listen to others. Threads: one loop.
class SubscriberIndex {
 public:
  /// Enters each matcher of `subscriber`, whose memberships are left in the result.
  std::vector<Membership> add(Subscriber& subscriber, const MatcherSet& matchers);
  /// Leaves every node; a node without members is freed at once.
  void remove(std::vector<Membership>& memberships);

  /// Calls `found(Subscriber&)` for each member of each node that selects the event; a subscriber
  /// with several such nodes is found several times.
  template <class Found>
  void find(const Event& event, Found&& found) const {
    for (const std::string_view topic : event.topics()) {
      if (const auto at = exact_.find(topic); at != exact_.end()) visit(*at->second, found);
    }
    if (wildcard_) visit(*wildcard_, found);
  }

  std::size_t nodes() const { return exact_.size() + (wildcard_ ? 1U : 0U); }

 private:
  template <class Found>
  static void visit(const IndexNode& node, Found&& found) {
    for (const IndexNode::Member& member : node.members) found(*member.subscriber);
  }
  IndexNode& node_for(const Matcher& matcher);
  void drop(IndexNode& node);

  // Keys point into the nodes' own patterns.
  boost::unordered_flat_map<std::string_view, std::unique_ptr<IndexNode>> exact_;
  std::unique_ptr<IndexNode> wildcard_;
};

}  // namespace cinnabar
