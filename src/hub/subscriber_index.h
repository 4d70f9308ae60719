// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "hub/index_node.h"
#include "hub/pattern_index.h"
#include "hub/selector_index.h"
#include "hub/text_index.h"
#include "protocol/matcher.h"
#include "protocol/topic.h"

namespace cinnabar {

class Subscriber;

/// From an event's topics to the subscribers of one shard whose matchers select it. Equal matchers
/// are one node. Subscribing and leaving cost O(matchers). A topic costs one hash look-up among the exact
/// ones and what PatternIndex says, and the same again for topic selectors where there are any, however many
/// subscribers listen to others. Threads: one loop.
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
      if (const IndexNode* node = exact_.find(topic.text())) visit(*node, found);
      if (raw_selectors_.nodes() != 0) {
        if (const IndexNode* node = raw_selectors_.find(topic.text())) visit(*node, found);
      }
      if (patterns_.nodes() != 0) {
        for (const IndexNode* node : patterns_.find(topic)) visit(*node, found);
      }
      if (selectors_.nodes() != 0) {
        for (const IndexNode* node : selectors_.find(topic)) visit(*node, found);
      }
    }
    for (const auto& node : wildcards_) visit(*node, found);
  }

  std::size_t nodes() const {
    return exact_.nodes() + raw_selectors_.nodes() + patterns_.nodes() + selectors_.nodes() +
           wildcards_.size();
  }

 private:
  template <class Found>
  static void visit(const IndexNode& node, Found&& found) {
    for (const IndexNode::Member& member : node.members) found(*member.subscriber);
  }
  IndexNode& node_for(const Matcher& matcher);
  void drop(IndexNode& node);
  TextIndex& texts_of(MatcherType type) { return type == MatcherType::kTopic ? raw_selectors_ : exact_; }

  TextIndex exact_;
  TextIndex raw_selectors_;  // those that are no templates
  PatternIndex patterns_;
  SelectorIndex selectors_;
  std::vector<std::unique_ptr<IndexNode>> wildcards_;  // one of each type at most
};

}  // namespace cinnabar
