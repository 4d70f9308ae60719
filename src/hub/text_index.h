// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "hub/index_node.h"
#include "protocol/matcher.h"

namespace cinnabar {

/// The matchers of one type that equal topics and nothing more, by their text. Threads: one loop.
class TextIndex {
 public:
  /// The node of an equal matcher, or a new one, which the caller gives its first member.
  IndexNode& node_for(const Matcher& matcher) {
    if (const auto at = nodes_.find(matcher.pattern()); at != nodes_.end()) return *at->second;
    auto made = std::make_unique<IndexNode>(matcher);
    IndexNode& node = *made;
    nodes_.emplace(node.matcher.pattern(), std::move(made));
    return node;
  }
  /// Frees a node of this index.
  void drop(IndexNode& node) { nodes_.erase(nodes_.find(node.matcher.pattern())); }

  /// The node that matches the topic, or nullptr.
  const IndexNode* find(std::string_view topic) const {
    const auto at = nodes_.find(topic);
    return at == nodes_.end() ? nullptr : at->second.get();
  }

  std::size_t nodes() const { return nodes_.size(); }

 private:
  // Keys point into the nodes' own patterns.
  boost::unordered_flat_map<std::string_view, std::unique_ptr<IndexNode>> nodes_;
};

}  // namespace cinnabar
