// SPDX-License-Identifier: Apache-2.0
#include "auth/deny_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cinnabar {
namespace {

using testing::HasSubstr;

const TokenIdentity kToken{.issuer = "https://a.example", .subject = "user 42", .id = "urn:uuid:1"};

DenyList list_of(std::string_view text) {
  Result<DenyList> list = DenyList::parse(text, "deny");
  EXPECT_TRUE(list.ok()) << (list.ok() ? "" : list.error().detail);
  return list.ok() ? std::move(*list) : DenyList();
}

TEST(DenyList, IsEmptyWithoutRules) {
  const DenyList list = list_of("\n# a comment\n   \n\t# another\r\n");
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.denies(&kToken), nullptr);
  EXPECT_EQ(list.denies(nullptr), nullptr);
}

TEST(DenyList, DeniesByAnyClaimThatNamesTheToken) {
  for (const char* rule :
       {"jti=urn:uuid:1", "sub=user%2042", "iss=https://a.example", "  jti=urn:uuid:1\t\r\n"}) {
    EXPECT_NE(list_of(rule).denies(&kToken), nullptr) << rule;
    EXPECT_EQ(list_of(rule).denies(nullptr), nullptr) << rule;
  }
  for (const char* rule : {"jti=urn:uuid:2", "sub=user", "iss=https://a.example/", "sub=user+42"}) {
    EXPECT_EQ(list_of(rule).denies(&kToken), nullptr) << rule;
  }
}

TEST(DenyList, AllConditionsOfARuleMustHold) {
  EXPECT_NE(list_of("iss=https://a.example sub=user%2042").denies(&kToken), nullptr);
  EXPECT_EQ(list_of("iss=https://b.example sub=user%2042").denies(&kToken), nullptr);
  EXPECT_NE(list_of("iss=https://b.example\nsub=user%2042").denies(&kToken), nullptr) << "one of two rules";
}

TEST(DenyList, DeniesSubscriptionsByTheirPattern) {
  const Matcher book = Matcher::exact("https://example.com/books");
  const Matcher other = Matcher::exact("https://example.com/others");
  const std::vector<const Matcher*> books = {&other, &book};
  const std::vector<const Matcher*> others = {&other};
  const DenyList everybody = list_of("match=https://example.com/books");
  EXPECT_NE(everybody.denies(nullptr, books), nullptr);
  EXPECT_NE(everybody.denies(&kToken, books), nullptr);
  EXPECT_EQ(everybody.denies(&kToken, others), nullptr);
  EXPECT_EQ(everybody.denies(&kToken), nullptr) << "a publisher has no subscriptions";
  EXPECT_EQ(list_of("match_urlpattern=https://example.com/books").denies(nullptr, books), nullptr);
  EXPECT_EQ(list_of("match=https://example.com/books sub=43").denies(&kToken, books), nullptr);
}

TEST(DenyList, SaysWhereARuleIsWrong) {
  for (const auto& [text, hint] :
       {std::pair{"sub=1\nfoo", "deny:2: the rule has \"foo\""}, std::pair{"name=x", "unknown"},
        std::pair{"sub=", "no condition"}, std::pair{"sub=%4", "%25"}, std::pair{"sub=1 sub=2", "twice"},
        std::pair{"match=a match_urlpattern=b", "twice"}}) {
    const Result<DenyList> list = DenyList::parse(text, "deny");
    ASSERT_FALSE(list.ok()) << text;
    EXPECT_THAT(list.error().detail, HasSubstr(hint));
  }
}

}  // namespace
}  // namespace cinnabar
