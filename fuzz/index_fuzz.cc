// SPDX-License-Identifier: Apache-2.0
// The indexes of subscribers as a state machine: the input is a list of steps (enter a URL pattern or a topic
// selector, leave, ask for a topic), and whatever the order, the indexes find what asking every matcher
// finds.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hub/pattern_index.h"
#include "hub/selector_index.h"
#include "protocol/topic_pattern.h"

namespace {

using cinnabar::HubPath;
using cinnabar::HubUrl;
using cinnabar::IndexNode;
using cinnabar::Matcher;
using cinnabar::MatcherType;
using cinnabar::PatternIndex;
using cinnabar::Result;
using cinnabar::SelectorIndex;
using cinnabar::Topic;

void require(bool holds) {
  if (!holds) std::abort();
}

const HubUrl& hub(std::uint8_t choice) {
  static const std::vector<HubUrl> hubs = {*HubUrl::parse("https://h.a/.well-known/mercure"),
                                           *HubUrl::parse("https://h.b:8443/.well-known/mercure"),
                                           *HubUrl::parse("http://h.a/.well-known/mercure")};
  return hubs[choice % hubs.size()];
}

struct Indexes {
  PatternIndex patterns;
  SelectorIndex selectors;

  IndexNode& node_for(const Matcher& matcher) {
    return matcher.selector() ? selectors.node_for(matcher) : patterns.node_for(matcher);
  }
  void drop(IndexNode& node) {
    if (node.matcher.selector()) {
      selectors.drop(node);
    } else {
      patterns.drop(node);
    }
  }
  std::vector<IndexNode*> find(Topic& topic) {
    std::vector<IndexNode*> found;
    const auto add = [&](const std::vector<IndexNode*>& more) {
      found.insert(found.end(), more.begin(), more.end());
    };
    if (patterns.nodes() != 0) add(patterns.find(topic));
    if (selectors.nodes() != 0) add(selectors.find(topic));
    return found;
  }
  std::size_t nodes() const { return patterns.nodes() + selectors.nodes(); }
};

void ask(Indexes& index, const std::vector<IndexNode*>& nodes, std::string_view text) {
  static const HubPath path;
  std::vector<IndexNode*> expected;
  for (IndexNode* node : nodes) {
    Topic own(text, path);  // parsed anew for each
    if (node->matcher.matches(own)) expected.push_back(node);
  }
  for (int round = 0; round < 2; ++round) {  // the second may come from the cache
    Topic topic(text, path);
    std::vector<IndexNode*> found = index.find(topic);
    std::sort(found.begin(), found.end());
    std::sort(expected.begin(), expected.end());
    require(found == expected);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  Indexes index;
  std::vector<IndexNode*> nodes;  // in the index, once each
  const auto enter = [&](const Matcher& matcher) {
    if (!matcher.url_pattern() && !matcher.selector()) return;
    IndexNode& node = index.node_for(matcher);
    require(node.matcher == matcher);
    require(&index.node_for(matcher) == &node);
    if (std::find(nodes.begin(), nodes.end(), &node) == nodes.end()) nodes.push_back(&node);
  };
  const auto drop = [&](std::size_t at) {
    index.drop(*nodes[at]);
    nodes.erase(nodes.begin() + static_cast<std::ptrdiff_t>(at));
  };
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.size() < 2) continue;
    const auto choice = static_cast<std::uint8_t>(line[1]);
    const std::string_view text = line.substr(2);
    if (line[0] == '+') {
      const Result<Matcher> matcher = Matcher::make(MatcherType::kUrlPattern, std::string(text), hub(choice));
      if (matcher) enter(*matcher);
    } else if (line[0] == 't') {
      enter(Matcher::topic_selector(std::string(text)));
    } else if (line[0] == '-') {
      if (!nodes.empty()) drop(choice % nodes.size());
    } else {
      ask(index, nodes, text);
    }
    require(index.nodes() == nodes.size());
  }
  while (!nodes.empty()) drop(0);
  require(index.nodes() == 0);
  return 0;
}
