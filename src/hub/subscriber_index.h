// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "hub/index_node.h"
#include "hub/pattern_index.h"
#include "protocol/matcher.h"
#include "protocol/topic.h"

namespace cinnabar {

class Subscriber;

/// From an event's topics to the subscribers of one shard whose matchers select it. Equal matchers
/// are one node. Subscribing and leaving cost O(matchers). A topic costs one hash look-up among the exact
/// ones and what PatternIndex says, however many subscribers listen to others. Threads: one loop.
class SubscriberIndex {
 public:
  /// Enters each matcher of `subscriber`, whose memberships are left in the result.
  std::vector<Membership> add(Subscriber& subscriber, const MatcherSet& matchers);
  /// Leaves every node; a node without members is freed at once.
  void remove(std::vector<Membership>& memberships);

  /// Calls `found(Subscriber&)` for each member of each node that selects an update with these topics; a
  /// subscriber with several such nodes is found several times.
  template <class Found>
  void find(Topics& topics, Found&& found) {
    for (Topic& topic : topics) {
      if (const auto at = exact_.find(topic.text()); at != exact_.end()) visit(*at->second, found);
      if (patterns_.nodes() == 0) continue;
      for (const IndexNode* node : patterns_.find(topic)) visit(*node, found);
    }
    if (wildcard_) visit(*wildcard_, found);
  }

  std::size_t nodes() const { return exact_.size() + patterns_.nodes() + (wildcard_ ? 1U : 0U); }

 private:
  template <class Found>
  static void visit(const IndexNode& node, Found&& found) {
    for (const IndexNode::Member& member : node.members) found(*member.subscriber);
  }
  IndexNode& node_for(const Matcher& matcher);
  void drop(IndexNode& node);

  // Keys point into the nodes' own patterns.
  boost::unordered_flat_map<std::string_view, std::unique_ptr<IndexNode>> exact_;
  PatternIndex patterns_;
  std::unique_ptr<IndexNode> wildcard_;
};

}  // namespace cinnabar
