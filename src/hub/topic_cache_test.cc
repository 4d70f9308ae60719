// SPDX-License-Identifier: Apache-2.0
#include "hub/topic_cache.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "hub/index_node.h"

namespace cinnabar {
namespace {

TEST(TopicCache, AnswersForTheSameTopicAndGenerationOnly_MATCH_9) {
  IndexNode node(Matcher::exact("a"));
  const std::vector<IndexNode*> nodes = {&node};
  TopicCache cache;
  EXPECT_EQ(cache.find("a", 1), nullptr);
  cache.put("a", 1, nodes);
  ASSERT_NE(cache.find("a", 1), nullptr);
  EXPECT_EQ(*cache.find("a", 1), nodes);
  EXPECT_EQ(cache.find("a", 2), nullptr);
  EXPECT_EQ(cache.find("b", 1), nullptr);
  EXPECT_EQ(cache.find("", 1), nullptr);
  cache.put("a", 2, {});
  ASSERT_NE(cache.find("a", 2), nullptr) << "that nothing matches is worth remembering too";
  EXPECT_TRUE(cache.find("a", 2)->empty());
}

TEST(TopicCache, IsBounded_MATCH_9) {
  TopicCache cache;
  cache.put(std::string(513, 'x'), 1, {});
  EXPECT_EQ(cache.find(std::string(513, 'x'), 1), nullptr);
  const std::vector<IndexNode*> many(65, nullptr);
  cache.put("many", 1, many);
  EXPECT_EQ(cache.find("many", 1), nullptr);
  int remembered = 0;
  for (int i = 0; i < 5000; ++i) cache.put(std::to_string(i), 1, {});
  for (int i = 0; i < 5000; ++i) remembered += cache.find(std::to_string(i), 1) ? 1 : 0;
  EXPECT_LE(remembered, 1024);
  EXPECT_GT(remembered, 0);
}

}  // namespace
}  // namespace cinnabar
