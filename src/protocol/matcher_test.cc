// SPDX-License-Identifier: Apache-2.0
#include "protocol/matcher.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace cinnabar {
namespace {

Matcher exact(std::string pattern) { return Matcher(MatcherType::kExact, std::move(pattern)); }

TEST(Matcher, NamesItsType_MATCH_1) { EXPECT_EQ(name_of(MatcherType::kExact), "exact"); }

TEST(Matcher, WildcardMatchesEverything_MATCH_3) {
  for (const std::string_view topic : {"", "*", "a", "/.well-known/mercure/subscriptions/exact/a/b"}) {
    EXPECT_TRUE(exact("*").matches(topic)) << topic;
  }
  EXPECT_TRUE(exact("*").is_wildcard());
}

TEST(Matcher, OnlyTheOneCharacterIsSpecial_MATCH_3) {
  for (const char* pattern : {"**", "a*", " *", "* "}) {
    EXPECT_FALSE(exact(pattern).is_wildcard());
    EXPECT_FALSE(exact(pattern).matches("abc"));
    EXPECT_TRUE(exact(pattern).matches(pattern));
  }
}

TEST(Matcher, ExactComparesBytes_MATCH_4) {
  EXPECT_TRUE(exact("https://example.com/a").matches("https://example.com/a"));
  EXPECT_FALSE(exact("a").matches("A"));
  EXPECT_FALSE(exact("\u00E9").matches("e\u0301"));
  EXPECT_FALSE(exact("/a").matches("https://hub.example.com/a"));
  EXPECT_FALSE(exact("%2f").matches("%2F"));
  EXPECT_FALSE(exact("https://example.com/{id}").matches("https://example.com/1"));
  EXPECT_FALSE(exact("").matches("a"));
}

TEST(MatcherSet, MergesIdenticalMatchersKeepingOrder_SUB_16) {
  const MatcherSet set({exact("b"), exact("a"), exact("b"), exact("*"), exact("a"), exact("*")});
  EXPECT_EQ(set.matchers(), (std::vector{exact("b"), exact("a"), exact("*")}));
}

TEST(MatcherSet, SelectsWhenAnyMatcherMatchesAnyTopic_SUB_17) {
  const MatcherSet set({exact("a"), exact("b")});
  const std::vector<std::string_view> one = {"x", "b"}, none = {"x", "y"};
  EXPECT_TRUE(set.selects(one));
  EXPECT_FALSE(set.selects(none));
  EXPECT_FALSE(set.selects({}));
  EXPECT_FALSE(MatcherSet().selects(one));
  EXPECT_TRUE(MatcherSet().empty());
}

}  // namespace
}  // namespace cinnabar
