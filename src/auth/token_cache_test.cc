// SPDX-License-Identifier: Apache-2.0
#include "auth/token_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace cinnabar {
namespace {

const HubUrl kHub = *HubUrl::parse("https://hub.example.com/.well-known/mercure");

Digest key_of(const std::string& token, Role role = Role::kPublisher, std::string_view resource = "r",
              bool legacy = false) {
  return TokenCache::key({token, role, resource, kHub, legacy});
}

TokenPtr token_until(std::optional<std::int64_t> expires_ms) {
  VerifiedToken token;
  token.expires_ms = expires_ms;
  return std::make_shared<const VerifiedToken>(token);
}

bool is_good(const KnownToken& known) { return std::holds_alternative<TokenPtr>(known); }
bool is_refused(const KnownToken& known) { return std::holds_alternative<RefusalPtr>(known); }

TEST(TokenCache, KeysTellApartAllThatAVerdictDependsOn) {
  const Digest key = key_of("token");
  EXPECT_EQ(key, key_of("token"));
  EXPECT_NE(key, key_of("tokem"));
  EXPECT_NE(key, key_of("token", Role::kSubscriber)) << "TOK-8";
  EXPECT_NE(key, key_of("token", Role::kPublisher, "other")) << "TOK-12";
  EXPECT_NE(key, key_of("token", Role::kPublisher, "r", true));
  const HubUrl other = *HubUrl::parse("https://other.example.com/.well-known/mercure");
  EXPECT_NE(key, TokenCache::key({"token", Role::kPublisher, "r", other, false})) << "the base of patterns";
}

TEST(TokenCache, RemembersGoodTokensUntilTheyExpire_TOK_9) {
  TokenCache cache(100);
  cache.put(key_of("a"), token_until(5000), cache.generation());
  cache.put(key_of("b"), token_until(std::nullopt), cache.generation());
  EXPECT_TRUE(is_good(cache.find(key_of("a"), 4999)));
  EXPECT_FALSE(is_good(cache.find(key_of("a"), 5000)));
  EXPECT_TRUE(is_good(cache.find(key_of("b"), 9'000'000'000'000)));
  EXPECT_FALSE(is_good(cache.find(key_of("c"), 0)));
  EXPECT_EQ(cache.size(), 1U) << "the expired one is dropped";
}

TEST(TokenCache, RemembersRefusedTokensBriefly) {
  TokenCache cache(100);
  const auto refusal = std::make_shared<const TokenRefusal>();
  cache.put(key_of("a"), refusal, cache.generation(), 1000);
  EXPECT_TRUE(is_refused(cache.find(key_of("a"), 1000 + TokenCache::kRefusalLifeMs - 1)));
  EXPECT_FALSE(is_refused(cache.find(key_of("a"), 1000 + TokenCache::kRefusalLifeMs)));
}

TEST(TokenCache, ForgetsAllWhenKeysChange_TOK_18) {
  TokenCache cache(100);
  const std::uint64_t before = cache.generation();
  cache.put(key_of("a"), token_until(std::nullopt), before);
  cache.forget();
  EXPECT_FALSE(is_good(cache.find(key_of("a"), 0)));
  cache.put(key_of("b"), token_until(std::nullopt), before);
  EXPECT_FALSE(is_good(cache.find(key_of("b"), 0))) << "verified by keys of before";
  cache.put(key_of("b"), token_until(std::nullopt), cache.generation());
  EXPECT_TRUE(is_good(cache.find(key_of("b"), 0)));
}

TEST(TokenCache, IsBoundedAndKeepsWhatIsUsed) {
  TokenCache cache(160);  // ten in each of its parts
  cache.put(key_of("used"), token_until(std::nullopt), cache.generation());
  for (int i = 0; i < 10'000; ++i) {
    cache.put(key_of(std::to_string(i)), token_until(std::nullopt), cache.generation());
    ASSERT_TRUE(is_good(cache.find(key_of("used"), 0))) << i;
  }
  EXPECT_LE(cache.size(), 160U);
  for (int i = 0; i < 10'000; ++i) {
    cache.put(key_of("bad" + std::to_string(i)), std::make_shared<const TokenRefusal>(), cache.generation(),
              0);
  }
  EXPECT_TRUE(is_good(cache.find(key_of("used"), 0))) << "refused tokens never displace good ones";
  EXPECT_LE(cache.size(), 240U);
}

TEST(TokenCache, AnErasedPlaceIsUsedAgain) {
  TokenCache cache(16);  // one in each part
  const Digest key = key_of("a");
  for (std::int64_t now = 0; now < 100; ++now) {
    cache.put(key, token_until(now + 1), cache.generation());
    EXPECT_TRUE(is_good(cache.find(key, now)));
    EXPECT_FALSE(is_good(cache.find(key, now + 1)));
  }
  EXPECT_EQ(cache.size(), 0U);
}

TEST(TokenCache, OfNoCapacityRemembersNothing) {
  TokenCache cache(0);
  cache.put(key_of("a"), token_until(std::nullopt), cache.generation());
  EXPECT_FALSE(is_good(cache.find(key_of("a"), 0)));
}

}  // namespace
}  // namespace cinnabar
