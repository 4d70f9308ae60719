// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/index_node.h"
#include "hub/prefix_trie.h"
#include "hub/topic_cache.h"
#include "protocol/hub_url.h"
#include "protocol/matcher.h"
#include "protocol/topic.h"

namespace cinnabar {

/// The URL patterns of one shard's subscribers, and the way from a topic to those that match it.
///
/// Equal patterns are one node. A pattern whose protocol, host and port are literal hangs in the trie
/// of that authority, by the literal start of its path; one with a wildcard there in a trie for any
/// authority, again by path. A topic that names no authority ("/books/1") has the one of whichever hub
/// URL its reader knows, so it is looked for among the patterns that cover their own hub. So a topic
/// costs one or two walks along its path, and a test of each pattern that begins as it does.
///
/// Threads: one loop.
class PatternIndex {
 public:
  PatternIndex();
  ~PatternIndex();

  /// The node of an equal pattern, or a new one, which the caller gives its first member.
  /// REQUIRES: matcher.url_pattern()
  IndexNode& node_for(const Matcher& matcher);
  /// Frees a node of this index.
  void drop(IndexNode& node);

  /// The nodes whose pattern matches. Good until the next call of any function here.
  const std::vector<IndexNode*>& find(Topic& topic);

  std::size_t nodes() const { return nodes_.size(); }

 private:
  struct Node;
  struct Hook : PrefixTrie::Entry {
    Node* node = nullptr;
  };

  /// What makes two patterns equal: their text, and the origin that they are relative to.
  struct Identity {
    std::string_view pattern;
    std::string_view origin;
    friend bool operator==(const Identity&, const Identity&) = default;
    friend std::size_t hash_value(const Identity& identity) {
      std::size_t seed = 0;
      boost::hash_combine(seed, identity.pattern);
      boost::hash_combine(seed, identity.origin);
      return seed;
    }
  };

  struct AuthorityView {
    std::string_view protocol, hostname, port;
  };
  struct Authority {
    std::string protocol, hostname, port;
    operator AuthorityView() const { return {protocol, hostname, port}; }  // NOLINT
  };
  struct HashAuthority {
    using is_transparent = void;
    std::size_t operator()(const AuthorityView& authority) const;
  };
  struct EqualAuthority {
    using is_transparent = void;
    bool operator()(const AuthorityView& a, const AuthorityView& b) const {
      return a.hostname == b.hostname && a.port == b.port && a.protocol == b.protocol;
    }
  };

  /// The patterns that are relative to hubs of one scheme.
  struct Side {
    boost::unordered_flat_map<Authority, PrefixTrie, HashAuthority, EqualAuthority> by_authority;
    PrefixTrie any_authority;
    PrefixTrie own_authority;
    std::size_t nodes = 0;
  };

  static std::optional<AuthorityView> literal_authority(const Node& node);
  Side& side_of(const Node& node);
  void look_up(Topic& topic, std::vector<IndexNode*>& found) const;

  boost::unordered_flat_map<Identity, std::unique_ptr<Node>> nodes_;  // keys point into the nodes
  std::array<Side, 2> sides_;                                         // by HubScheme
  TopicCache cache_;
};

}  // namespace cinnabar
