// SPDX-License-Identifier: Apache-2.0
#include "hub/selector_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "hub/text_index.h"

namespace cinnabar {
namespace {

Matcher selector(std::string_view text) { return Matcher::topic_selector(std::string(text)); }

/// The texts of the nodes that a topic leads to.
std::vector<std::string> found(SelectorIndex& index, std::string_view text) {
  const HubPath path;
  Topic topic(text, path);
  std::vector<std::string> texts;
  for (const IndexNode* node : index.find(topic)) texts.push_back(node->matcher.pattern());
  return texts;
}

TEST(SelectorIndex, LeadsFromATopicToItsTemplates_COMPAT_5) {
  using testing::UnorderedElementsAre;
  SelectorIndex index;
  for (const char* text : {"/books/{id}", "/books/{name}", "/books{/id,page}", "{+any}", "/users/{id}"}) {
    index.node_for(selector(text));
  }
  for (int round = 0; round < 2; ++round) {  // the second from the cache
    EXPECT_THAT(found(index, "/books/1"),
                UnorderedElementsAre("/books/{id}", "/books/{name}", "/books{/id,page}", "{+any}"));
    EXPECT_THAT(found(index, "/books/{id}"), UnorderedElementsAre("/books/{id}")) << "its own text, once";
    EXPECT_THAT(found(index, "é"), UnorderedElementsAre());
  }
}

TEST(SelectorIndex, EqualTemplatesAreOneNodeUntilItIsDropped_SUB_16) {
  SelectorIndex index;
  IndexNode& node = index.node_for(selector("/{a}"));
  EXPECT_EQ(&index.node_for(selector("/{a}")), &node);
  IndexNode& other = index.node_for(selector("/{b}"));
  EXPECT_EQ(index.nodes(), 2U);
  EXPECT_EQ(found(index, "/1").size(), 2U);
  index.drop(node);
  EXPECT_THAT(found(index, "/1"), testing::ElementsAre("/{b}")) << "the cache must not remember it";
  index.drop(other);
  EXPECT_EQ(index.nodes(), 0U);
  EXPECT_TRUE(found(index, "/1").empty());
}

TEST(TextIndex, KeepsRawSelectorsByTheirText_COMPAT_7) {
  TextIndex index;
  IndexNode& node = index.node_for(selector("{unclosed"));
  EXPECT_EQ(&index.node_for(selector("{unclosed")), &node);
  EXPECT_EQ(node.matcher.type(), MatcherType::kTopic);
  EXPECT_EQ(index.find("{unclosed"), &node);
  EXPECT_EQ(index.find("{unclose"), nullptr);
  index.drop(node);
  EXPECT_EQ(index.find("{unclosed"), nullptr);
  EXPECT_EQ(index.nodes(), 0U);
}

}  // namespace
}  // namespace cinnabar
