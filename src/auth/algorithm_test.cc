// SPDX-License-Identifier: Apache-2.0
#include "auth/algorithm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace cinnabar {
namespace {

using testing::HasSubstr;

TEST(Algorithm, EachHasAName_TOK_4) {
  std::set<std::string_view> names;
  for (const Algorithm algorithm : kAlgorithms) {
    names.insert(name_of(algorithm));
    const auto parsed = parse_algorithm(name_of(algorithm));
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(*parsed, algorithm);
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256",
                                               "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}));
}

TEST(Algorithm, OthersAreRefused_TOK_3) {
  for (const char* name : {"none", "None", "NONE", "", "hs256", "HS256 ", "RS1", "ES256K", "EDDSA", "Ed25519",
                           "RSA-OAEP", "dir", "A128KW"}) {
    const auto parsed = parse_algorithm(name);
    ASSERT_FALSE(parsed.ok()) << name;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(parsed.error().detail, HasSubstr("HS256, HS384, HS512, RS256"));
    EXPECT_THAT(parsed.error().detail, HasSubstr("ES512 or EdDSA"));
  }
}

TEST(Algorithm, WorksWithOneTypeOfKey_TOK_3) {
  EXPECT_EQ(key_type_of(Algorithm::kHs512), KeyType::kSecret);
  EXPECT_EQ(key_type_of(Algorithm::kRs256), KeyType::kRsa);
  EXPECT_EQ(key_type_of(Algorithm::kPs512), KeyType::kRsa);
  EXPECT_EQ(key_type_of(Algorithm::kEs256), KeyType::kP256);
  EXPECT_EQ(key_type_of(Algorithm::kEs384), KeyType::kP384);
  EXPECT_EQ(key_type_of(Algorithm::kEs512), KeyType::kP521);
  EXPECT_EQ(key_type_of(Algorithm::kEdDsa), KeyType::kEd25519);
  EXPECT_TRUE(is_hmac(Algorithm::kHs384));
  EXPECT_FALSE(is_hmac(Algorithm::kRs384));
}

TEST(Algorithm, HashLengths_TOK_20) {
  EXPECT_EQ(hash_bytes(Algorithm::kHs256), 32U);
  EXPECT_EQ(hash_bytes(Algorithm::kHs384), 48U);
  EXPECT_EQ(hash_bytes(Algorithm::kHs512), 64U);
  EXPECT_EQ(hash_bytes(Algorithm::kEs384), 48U);
}

}  // namespace
}  // namespace cinnabar
