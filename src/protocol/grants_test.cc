// SPDX-License-Identifier: Apache-2.0
#include "protocol/grants.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace cinnabar {
namespace {

const HubPath kPath;

GrantDetail detail(bool publish, bool subscribe, const std::vector<std::string>& patterns) {
  GrantDetail result{publish, subscribe, {}, {}};
  for (const std::string& pattern : patterns) result.matchers.push_back(Matcher::exact(pattern));
  return result;
}

bool may_publish(const Grants& grants, const std::vector<std::string>& topics) {
  Topics parsed(topics, kPath);
  return grants.may_publish(parsed);
}

bool may_receive(const Grants& grants, const std::vector<std::string_view>& topics) {
  Topics parsed(topics, kPath);
  return grants.may_receive(parsed);
}

TEST(Grants, PublishingNeedsAGrantOnEveryTopic_AUTHZ_1) {
  const Grants a({detail(true, false, {"a"})});
  EXPECT_TRUE(may_publish(a, {"a"}));
  EXPECT_FALSE(may_publish(a, {"a", "b"}));
  EXPECT_FALSE(may_publish(a, {"b", "a"}));
  const Grants both({detail(true, false, {"a"}), detail(true, false, {"b"})});
  EXPECT_TRUE(may_publish(both, {"b", "a"})) << "grants may come from different details";
}

TEST(Grants, ReceivingNeedsAGrantOnOneTopic_AUTHZ_3) {
  const Grants grants({detail(false, true, {"x"}), detail(false, true, {"a"})});
  EXPECT_TRUE(may_receive(grants, {"b", "a"}));
  EXPECT_FALSE(may_receive(grants, {"b", "c"}));
}

TEST(Grants, NoDetailGrantsNothing_AD_14) {
  EXPECT_FALSE(may_publish(Grants(), {"a"}));
  EXPECT_FALSE(may_receive(Grants(), {"a"}));
  const Grants inert({detail(false, false, {"*"})});
  EXPECT_FALSE(may_publish(inert, {"a"}));
  EXPECT_FALSE(may_receive(inert, {"a"}));
}

TEST(Grants, ActionsAreSeparate_AD_14) {
  const Grants grants({detail(true, false, {"a"}), detail(false, true, {"b"})});
  EXPECT_FALSE(may_publish(grants, {"b"}));
  EXPECT_FALSE(may_receive(grants, {"a"}));
}

TEST(Grants, WildcardCoversEveryTopic_AD_9) {
  const Grants grants({detail(true, true, {"*"})});
  EXPECT_TRUE(may_publish(grants, {"a", "https://example.com/b"}));
  EXPECT_TRUE(may_receive(grants, {"/.well-known/mercure/subscriptions/exact/a/b"}));
}

TEST(Grants, PatternsGrantWhatTheyMatch_AUTHZ_4) {
  const HubUrl hub = *HubUrl::parse("https://hub.example.com/.well-known/mercure");
  GrantDetail users{false, true, {}, {}};
  users.matchers.push_back(*Matcher::make(MatcherType::kUrlPattern, "https://example.com/users/42/*", hub));
  const Grants grants({users});
  EXPECT_FALSE(may_receive(grants, {"https://example.com/books/1"}));
  EXPECT_TRUE(may_receive(grants, {"https://example.com/books/1", "https://example.com/users/42/books/1"}));
  EXPECT_FALSE(may_receive(grants, {"https://example.com/users/43/books/1"}));
}

}  // namespace
}  // namespace cinnabar
