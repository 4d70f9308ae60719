// SPDX-License-Identifier: Apache-2.0
#include "hub/selector_index.h"

#include <cassert>
#include <utility>

#include "protocol/topic_selector.h"

namespace cinnabar {

struct SelectorIndex::Node : IndexNode, PrefixTrie::Entry {
  using IndexNode::IndexNode;
};

SelectorIndex::SelectorIndex() = default;
SelectorIndex::~SelectorIndex() = default;

IndexNode& SelectorIndex::node_for(const Matcher& matcher) {
  assert(matcher.selector());
  if (const auto at = nodes_.find(matcher.pattern()); at != nodes_.end()) return *at->second;
  auto made = std::make_unique<Node>(matcher);
  Node& node = *made;
  nodes_.emplace(node.matcher.pattern(), std::move(made));
  by_prefix_.insert(node.matcher.selector()->literal_prefix(), node);
  cache_.forget();
  return node;
}

void SelectorIndex::drop(IndexNode& dropped) {
  auto& node = static_cast<Node&>(dropped);
  by_prefix_.erase(node);
  cache_.forget();
  nodes_.erase(nodes_.find(node.matcher.pattern()));
}

const std::vector<IndexNode*>& SelectorIndex::find(Topic& topic) {
  return cache_.find(topic.text(), [&](std::vector<IndexNode*>& found) {
    by_prefix_.walk(topic.text(), [&](PrefixTrie::Entry& entry) {
      Node& node = static_cast<Node&>(entry);
      if (node.matcher.matches(topic)) found.push_back(&node);
    });
  });
}

}  // namespace cinnabar
