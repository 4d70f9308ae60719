// SPDX-License-Identifier: Apache-2.0
#include "hub/pattern_index.h"

#include <cassert>
#include <utility>

#include "protocol/topic_pattern.h"

namespace cinnabar {

using url::Component;

struct PatternIndex::Node : IndexNode {
  explicit Node(const Matcher& m) : IndexNode(m) {
    by_path.node = this;
    own.node = this;
  }
  const TopicPattern& pattern() const { return *matcher.url_pattern(); }
  url::UrlPattern::Literal literal(Component component) const {
    return pattern().pattern().literal(component);
  }
  Identity identity() const { return {matcher.pattern(), pattern().origin()}; }

  Hook by_path;  // in a trie of by_authority, or in any_authority
  Hook own;      // in own_authority, if the pattern covers its hub
};

std::size_t PatternIndex::HashAuthority::operator()(const AuthorityView& authority) const {
  std::size_t seed = 0;
  boost::hash_combine(seed, authority.hostname);
  boost::hash_combine(seed, authority.port);
  boost::hash_combine(seed, authority.protocol);
  return seed;
}

PatternIndex::PatternIndex() = default;
PatternIndex::~PatternIndex() = default;

/// Nothing when a part of the authority is a wildcard.
std::optional<PatternIndex::AuthorityView> PatternIndex::literal_authority(const Node& node) {
  const auto protocol = node.literal(Component::kProtocol);
  const auto hostname = node.literal(Component::kHostname);
  const auto port = node.literal(Component::kPort);
  if (!protocol.is_whole || !hostname.is_whole || !port.is_whole) return {};
  return AuthorityView{protocol.prefix, hostname.prefix, port.prefix};
}

PatternIndex::Side& PatternIndex::side_of(const Node& node) {
  return sides_[static_cast<std::size_t>(node.pattern().scheme())];
}

IndexNode& PatternIndex::node_for(const Matcher& matcher) {
  assert(matcher.url_pattern());
  const Identity wanted{matcher.pattern(), matcher.url_pattern()->origin()};
  if (const auto at = nodes_.find(wanted); at != nodes_.end()) return *at->second;

  auto made = std::make_unique<Node>(matcher);
  Node& node = *made;
  nodes_.emplace(node.identity(), std::move(made));
  Side& side = side_of(node);
  const std::string_view path = node.literal(Component::kPathname).prefix;
  if (const auto authority = literal_authority(node)) {
    auto at = side.by_authority.find(*authority);
    if (at == side.by_authority.end()) {
      Authority key{std::string(authority->protocol), std::string(authority->hostname),
                    std::string(authority->port)};
      at = side.by_authority.emplace(std::move(key), PrefixTrie()).first;
    }
    at->second.insert(path, node.by_path);
  } else {
    side.any_authority.insert(path, node.by_path);
  }
  if (node.pattern().covers_hub()) side.own_authority.insert(path, node.own);
  ++side.nodes;
  cache_.forget();
  return node;
}

void PatternIndex::drop(IndexNode& dropped) {
  auto& node = static_cast<Node&>(dropped);
  Side& side = side_of(node);
  if (const auto authority = literal_authority(node)) {
    const auto at = side.by_authority.find(*authority);
    at->second.erase(node.by_path);
    if (at->second.empty()) side.by_authority.erase(at);
  } else {
    side.any_authority.erase(node.by_path);
  }
  if (node.pattern().covers_hub()) side.own_authority.erase(node.own);
  --side.nodes;
  cache_.forget();
  nodes_.erase(nodes_.find(node.identity()));
}

const std::vector<IndexNode*>& PatternIndex::find(Topic& topic) {
  return cache_.find(topic.text(), [&](std::vector<IndexNode*>& found) { look_up(topic, found); });
}

void PatternIndex::look_up(Topic& topic, std::vector<IndexNode*>& found) const {
  for (const HubScheme scheme : {HubScheme::kHttp, HubScheme::kHttps}) {
    const Side& side = sides_[static_cast<std::size_t>(scheme)];
    if (side.nodes == 0) continue;
    const url::Url* url = topic.url(scheme);
    if (!url) continue;  // MATCH-7
    const auto test = [&](PrefixTrie::Entry& entry) {
      Node& node = *static_cast<Hook&>(entry).node;
      if (node.pattern().matches(*url)) found.push_back(&node);
    };
    if (url->base_use() == url::Url::BaseUse::kAuthority) {
      side.own_authority.walk(url->pathname(), test);
      continue;
    }
    const auto at = side.by_authority.find(AuthorityView{url->scheme(), url->hostname(), url->port()});
    if (at != side.by_authority.end()) at->second.walk(url->pathname(), test);
    side.any_authority.walk(url->pathname(), test);
  }
}

}  // namespace cinnabar
