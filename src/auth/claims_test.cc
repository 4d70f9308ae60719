// SPDX-License-Identifier: Apache-2.0
#include "auth/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "auth/json_strict.h"

namespace cinnabar {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kNow = 1'000'500;  // ms

Result<std::optional<std::int64_t>> times(const std::string& members) {
  const auto claims = parse_json_object("{" + members + "}");
  EXPECT_TRUE(claims.ok()) << members;
  return check_times(*claims, kNow);
}

TEST(Claims, ExpMustLieInTheFuture_TOK_9) {
  EXPECT_EQ(times(R"("exp":1001)").value(), 1'001'000);
  for (const char* exp :
       {"1000", "1000.5", "1000.4999", "0", "-1", "-0.0", "-1e300", "-9223372036854775808"}) {
    EXPECT_THAT(times("\"exp\":" + std::string(exp)).error().detail, HasSubstr("`exp`")) << exp;
  }
}

TEST(Claims, ExpMayBeFractional_TOK_9) {
  EXPECT_EQ(times(R"("exp":1000.501)").value(), 1'000'501);
  EXPECT_EQ(times(R"("exp":1000.7509)").value(), 1'000'750) << "rounded down";
  EXPECT_EQ(times(R"("exp":1.001e3)").value(), 1'001'000);
}

TEST(Claims, ExpIsClamped_TOK_9) {
  for (const char* exp : {"9000000001", "9223372036854775807", "18446744073709551615", "99999999999999999999",
                          "1e300", "1e400"}) {
    const auto expires = times("\"exp\":" + std::string(exp));
    ASSERT_TRUE(expires.ok()) << exp;
    EXPECT_EQ(*expires, 9'000'000'000'000) << exp;
    EXPECT_LT(*expires, std::numeric_limits<std::int64_t>::max() / 1'000'000) << "fits in nanoseconds";
  }
}

TEST(Claims, ExpMustBeANumber_TOK_9) {
  for (const char* members :
       {"", R"("exp":"1001")", R"("exp":null)", R"("exp":true)", R"("exp":[1001])", R"("EXP":1001)"}) {
    EXPECT_FALSE(times(members).ok()) << members;
  }
}

TEST(Claims, NbfIsEnforcedWithoutLeeway_TOK_10) {
  for (const char* nbf : {"1000", "1000.5", "0", "-5", "-1e300"}) {
    EXPECT_TRUE(times(R"("exp":2000,"nbf":)" + std::string(nbf)).ok()) << nbf;
  }
  for (const char* nbf : {"1001", "1000.5001", "1e300", "18446744073709551615", "\"0\"", "null", "{}"}) {
    EXPECT_THAT(times(R"("exp":2000,"nbf":)" + std::string(nbf)).error().detail, HasSubstr("`nbf`")) << nbf;
  }
}

TEST(Claims, AudienceHoldsTheResource_TOK_11) {
  const std::string resource = "https://hub.example.com/.well-known/mercure";
  const auto check = [&](const std::string& members) {
    const auto claims = parse_json_object("{" + members + "}");
    EXPECT_TRUE(claims.ok()) << members;
    return check_audience(*claims, resource);
  };
  EXPECT_TRUE(check(R"("aud":"https://hub.example.com/.well-known/mercure")").ok());
  EXPECT_TRUE(check(R"("aud":["x","https://hub.example.com/.well-known/mercure"])").ok());
  for (const char* members : {"", R"("aud":[])", R"("aud":"https://hub.example.com")",
                              R"("aud":"https://other.example/.well-known/mercure")",
                              R"("aud":"https://hub.example.com/.well-known/mercure/")",
                              R"("aud":"HTTPS://hub.example.com/.well-known/mercure")",
                              R"("aud":["https://hub.example.com/.well-known/mercure",1])", R"("aud":null)",
                              R"("aud":{})", R"("aud":[["https://hub.example.com/.well-known/mercure"]])",
                              R"("Aud":"https://hub.example.com/.well-known/mercure")"}) {
    const Result<void> checked = check(members);
    ASSERT_FALSE(checked.ok()) << members;
    EXPECT_THAT(checked.error().detail, HasSubstr(resource));
  }
  EXPECT_THAT(check(R"("aud":["x","y"])").error().detail, HasSubstr(R"(["x", "y"])"));
}

TEST(Claims, OptionalStringsAreStringsOrAbsent) {
  const auto claims = parse_json_object(R"({"sub":"me","jti":7})");
  ASSERT_TRUE(claims.ok());
  EXPECT_EQ(optional_string_claim(*claims, "sub").value(), "me");
  EXPECT_EQ(optional_string_claim(*claims, "absent").value(), "");
  EXPECT_FALSE(optional_string_claim(*claims, "jti").ok());
}

}  // namespace
}  // namespace cinnabar
