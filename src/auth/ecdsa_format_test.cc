// SPDX-License-Identifier: Apache-2.0
#include "auth/ecdsa_format.h"

#include <gtest/gtest.h>

#include <string>

namespace cinnabar {
namespace {

TEST(EcdsaFormat, ThereAndBack_TOK_3) {
  for (const KeyType curve : {KeyType::kP256, KeyType::kP384, KeyType::kP521}) {
    const std::size_t half = coordinate_bytes(curve);
    std::string signature(2 * half, '\xFF');  // the longest DER: each half needs a zero in front
    const auto longest = ecdsa_to_der(signature, curve);
    ASSERT_TRUE(longest);
    EXPECT_EQ(ecdsa_from_der(*longest, curve), signature);
    signature.assign(2 * half, '\0');  // the shortest: both halves are 1
    signature[half - 1] = 1;
    signature.back() = 1;
    const auto shortest = ecdsa_to_der(signature, curve);
    ASSERT_TRUE(shortest);
    EXPECT_EQ(*shortest, std::string("\x30\x06\x02\x01\x01\x02\x01\x01"));
    EXPECT_EQ(ecdsa_from_der(*shortest, curve), signature);
  }
}

TEST(EcdsaFormat, RefusesOtherLengthsAndZeros_TOK_3) {
  EXPECT_FALSE(ecdsa_to_der("", KeyType::kP256));
  EXPECT_FALSE(ecdsa_to_der(std::string(63, 'x'), KeyType::kP256));
  EXPECT_FALSE(ecdsa_to_der(std::string(65, 'x'), KeyType::kP256));
  EXPECT_FALSE(ecdsa_to_der(std::string(64, 'x'), KeyType::kP384));
  EXPECT_FALSE(ecdsa_to_der(std::string(64, 'x'), KeyType::kRsa));
  EXPECT_FALSE(ecdsa_to_der(std::string(32, '\0') + std::string(32, 'x'), KeyType::kP256));
  EXPECT_FALSE(ecdsa_to_der(std::string(32, 'x') + std::string(32, '\0'), KeyType::kP256));
}

TEST(EcdsaFormat, RefusesOtherDer_TOK_3) {
  const std::string good = *ecdsa_to_der(std::string(64, 'x'), KeyType::kP256);
  EXPECT_FALSE(ecdsa_from_der(good + '\0', KeyType::kP256));
  EXPECT_FALSE(ecdsa_from_der(good.substr(0, good.size() - 1), KeyType::kP256));
  EXPECT_FALSE(ecdsa_from_der("", KeyType::kP256));
  const std::string larger = *ecdsa_to_der(std::string(96, 'x'), KeyType::kP384);
  EXPECT_FALSE(ecdsa_from_der(larger, KeyType::kP256));
}

}  // namespace
}  // namespace cinnabar
