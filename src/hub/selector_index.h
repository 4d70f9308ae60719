// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "hub/index_node.h"
#include "hub/prefix_trie.h"
#include "hub/topic_cache.h"
#include "protocol/matcher.h"
#include "protocol/topic.h"

namespace cinnabar {

/// The topic selectors of one shard's subscribers that are templates (COMPAT-5), and the way from a topic
/// to those that match it. Equal templates are one node, which hangs in a trie by the text before
/// its first expression: so a topic costs one walk along itself, and a test of each template that begins
/// as it does. Threads: one loop.
class SelectorIndex {
 public:
  SelectorIndex();
  ~SelectorIndex();

  /// The node of an equal template, or a new one, which the caller gives its first member.
  /// REQUIRES: matcher.selector()
  IndexNode& node_for(const Matcher& matcher);
  /// Frees a node of this index.
  void drop(IndexNode& node);

  /// The nodes whose template matches. Good until the next call of any function here.
  const std::vector<IndexNode*>& find(Topic& topic);

  std::size_t nodes() const { return nodes_.size(); }

 private:
  struct Node;

  boost::unordered_flat_map<std::string_view, std::unique_ptr<Node>> nodes_;  // keys point into the nodes
  PrefixTrie by_prefix_;
  TopicCache cache_;
};

}  // namespace cinnabar
