// SPDX-License-Identifier: Apache-2.0
#include "auth/bearer.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace cinnabar {
namespace {

const std::string kToken(41, 'a');

Result<std::optional<std::string_view>> present(const std::vector<std::string_view>& fields) {
  return bearer_token(fields);
}

void expect_malformed(const std::vector<std::string_view>& fields) {
  const auto token = bearer_token(fields);
  ASSERT_FALSE(token.ok()) << fields.front();
  EXPECT_EQ(token.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(token.error().detail.find(kToken), std::string::npos) << "the token must not reach the log";
}

TEST(Bearer, NoFieldIsNoToken) {
  const auto token = present({});
  ASSERT_TRUE(token.ok());
  EXPECT_FALSE(token->has_value());
}

TEST(Bearer, SchemeIsCaseInsensitive_PRES_1) {
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER ", "bEaReR ", "Bearer   "}) {
    const std::string field = scheme + kToken;
    const auto token = present({field});
    ASSERT_TRUE(token.ok()) << scheme;
    EXPECT_EQ(token->value(), kToken);
  }
}

TEST(Bearer, RefusesSeveralFields_PRES_7) {
  const std::string field = "Bearer " + kToken;
  expect_malformed({field, field});
  expect_malformed({field, ""});
}

TEST(Bearer, RefusesOtherSchemes_PRES_7) {
  for (const std::string& field :
       {"Basic " + kToken, "Greater " + kToken, "Bearer" + kToken, kToken, "Bearer\t" + kToken,
        std::string(" Bearer "), std::string("Beare ") + kToken}) {
    expect_malformed({field});
  }
}

TEST(Bearer, RefusesASchemeWithoutToken_PRES_7) {
  for (const char* field : {"", "Bearer", "Bearer ", "Bearer    "}) expect_malformed({field});
}

TEST(Bearer, RefusesShortTokens_PRES_7) {
  expect_malformed({"Bearer x"});
  const std::string shorter = "Bearer " + kToken.substr(1);
  expect_malformed({shorter});
}

TEST(Bearer, RefusesForeignCharacters_PRES_7) {
  for (const std::string_view bad : {" ", ",", "\"", ";", "%", "\xC3", "\t", "*"}) {
    const std::string inside = "Bearer " + kToken + std::string(bad) + kToken;
    expect_malformed({inside});
    const std::string after = "Bearer " + kToken + std::string(bad);
    expect_malformed({after});
  }
  const std::string legal = "Bearer AZaz09-._~+/=" + kToken;
  EXPECT_TRUE(present({legal}).ok());
}

}  // namespace
}  // namespace cinnabar
