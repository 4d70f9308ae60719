// SPDX-License-Identifier: Apache-2.0
#include "hub/topic_cache.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "hub/index_node.h"

namespace cinnabar {
namespace {

using Nodes = std::vector<IndexNode*>;

/// A cache, and how often it had to look.
struct Asked {
  TopicCache cache;
  int looks = 0;

  Nodes ask(std::string_view topic, const Nodes& truth) {
    return cache.find(topic, [&](Nodes& found) {
      EXPECT_TRUE(found.empty());
      found = truth;
      ++looks;
    });
  }
};

TEST(TopicCache, AnswersForTheSameTopicUntilTheIndexChanges_MATCH_9) {
  IndexNode node(Matcher::exact("a"));
  const Nodes nodes = {&node};
  Asked asked;
  EXPECT_EQ(asked.ask("a", nodes), nodes);
  EXPECT_EQ(asked.ask("a", {}), nodes) << "known";
  EXPECT_EQ(asked.looks, 1);
  EXPECT_EQ(asked.ask("b", {}), Nodes());
  EXPECT_EQ(asked.ask("", {}), Nodes());
  EXPECT_EQ(asked.looks, 3);
  asked.cache.forget();
  EXPECT_EQ(asked.ask("a", {}), Nodes());
  EXPECT_EQ(asked.ask("a", nodes), Nodes()) << "that nothing matches is worth remembering too";
  EXPECT_EQ(asked.looks, 4);
}

TEST(TopicCache, IsBounded_MATCH_9) {
  Asked asked;
  for (int i = 0; i < 2; ++i) asked.ask(std::string(513, 'x'), {});
  EXPECT_EQ(asked.looks, 2);
  const Nodes many(65, nullptr);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(asked.ask("many", many), many);
  EXPECT_EQ(asked.looks, 4);
  for (int i = 0; i < 5000; ++i) asked.ask(std::to_string(i), {});
  asked.looks = 0;
  for (int i = 4999; i >= 0; --i) asked.ask(std::to_string(i), {});  // the newest first
  EXPECT_GE(asked.looks, 5000 - 1024);
  EXPECT_LT(asked.looks, 5000);
}

}  // namespace
}  // namespace cinnabar
