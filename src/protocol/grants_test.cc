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

bool may_publish(const Grants& grants, const std::vector<std::string>& topics, bool is_private = false) {
  Topics parsed(topics, kPath);
  return grants.may_publish(parsed, is_private);
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

TEST(Grants, SelectorsGrantWhatTheyMatch_COMPAT_25) {
  GrantDetail books{true, true, {}, {}};
  for (const char* text : {"/books/{id}", "a"}) books.matchers.push_back(Matcher::topic_selector(text));
  const Grants grants({books});
  EXPECT_TRUE(may_publish(grants, {"/books/1", "a", "/books/{id}"}));
  EXPECT_FALSE(may_publish(grants, {"/books/1", "/books/1/x"}));
  EXPECT_TRUE(may_receive(grants, {"/books/1/x", "/books/1"}));
  EXPECT_FALSE(may_receive(grants, {"/books/1/x", "b"}));
}

TEST(Grants, OnlyPublicUpdatesAreFreeOfGrants_COMPAT_27_AUTHZ_2) {
  const Grants grants({detail(true, false, {"a"})}, {.payload = {}, .publishes_public = true});
  EXPECT_TRUE(may_publish(grants, {"b", "a"}, /*is_private=*/false));
  EXPECT_FALSE(may_publish(grants, {"b", "a"}, /*is_private=*/true));
  EXPECT_TRUE(may_publish(grants, {"a"}, /*is_private=*/true));
  EXPECT_FALSE(may_receive(grants, {"b"}));
  EXPECT_FALSE(may_publish(Grants({detail(true, false, {"a"})}), {"b"}, /*is_private=*/false));
}

TEST(Grants, TheFirstDetailThatMatchesHasThePayload_ACT_8_COMPAT_22) {
  const HubUrl hub = *HubUrl::parse("https://hub.example.com/.well-known/mercure");
  GrantDetail foo = detail(false, true, {"https://example.com/foo"});
  foo.payload = "1";
  GrantDetail bar{false, true, {}, "2"};
  bar.matchers.push_back(*Matcher::make(MatcherType::kUrlPattern, "https://example.com/bar/:id", hub));
  GrantDetail none = detail(false, true, {"none"});
  GrantDetail publish = detail(true, false, {"*"});
  publish.payload = "never";
  GrantDetail all = detail(false, true, {"*"});
  all.payload = "3";
  const auto payload = [](const Grants& grants, std::string_view pattern) {
    Topic topic(pattern, kPath);
    return grants.payload_for(topic);
  };
  const Grants grants({publish, foo, bar, none, all});
  EXPECT_EQ(payload(grants, "https://example.com/foo"), "1");
  EXPECT_EQ(payload(grants, "https://example.com/bar/:id"), "2");
  EXPECT_EQ(payload(grants, "https://example.com/bar/9"), "2");
  EXPECT_EQ(payload(grants, "x"), "3");
  EXPECT_EQ(payload(grants, "none"), "") << "no fall-through";
  EXPECT_EQ(payload(Grants({all, foo, bar}), "https://example.com/foo"), "3");
  EXPECT_EQ(payload(Grants({foo}), "x"), "");

  const Grants legacy({foo, none}, {.payload = "7"});
  EXPECT_EQ(payload(legacy, "https://example.com/foo"), "1");
  EXPECT_EQ(payload(legacy, "none"), "7");
  EXPECT_EQ(payload(legacy, "x"), "7");
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
