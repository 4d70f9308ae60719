// SPDX-License-Identifier: Apache-2.0
#include "auth/jws.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <string>
#include <string_view>

namespace cinnabar {
namespace {

using testing::HasSubstr;
namespace json = boost::json;

json::object object(std::string_view text) { return json::parse(text).as_object(); }

std::string refusal(std::string_view header) {
  const auto read = read_jose_header(object(header));
  EXPECT_FALSE(read.ok()) << header;
  return read.ok() ? "" : read.error().detail;
}

TEST(JoseHeader, NamesAlgorithmAndKey_TOK_3) {
  for (const Algorithm algorithm : kAlgorithms) {
    const json::object header{{"alg", name_of(algorithm)}, {"kid", "k1"}, {"typ", "at+jwt"}};
    const auto read = read_jose_header(header);
    ASSERT_TRUE(read.ok()) << read.error().detail;
    EXPECT_EQ(read->algorithm, algorithm);
    EXPECT_EQ(read->key_id, "k1");
    EXPECT_TRUE(read->is_access_token);
  }
  const json::object bare = object(R"({"alg":"ES256"})");
  EXPECT_EQ(read_jose_header(bare)->key_id, "");
}

TEST(JoseHeader, RefusesWhatItCannotCheck_TOK_3_TOK_15) {
  for (const char* alg : {"none", "None", "NONE", "hs256", "ES256K", "RS1", ""}) {
    EXPECT_THAT(refusal(R"({"alg":")" + std::string(alg) + "\"}"), HasSubstr("`alg`"));
  }
  EXPECT_THAT(refusal("{}"), HasSubstr("no `alg`"));
  EXPECT_THAT(refusal(R"({"alg":["HS256"]})"), HasSubstr("`alg`"));
  EXPECT_THAT(refusal(R"({"ALG":"HS256"})"), HasSubstr("no `alg`"));
  EXPECT_THAT(refusal(R"({"alg":"HS256","kid":7})"), HasSubstr("`kid`"));
  EXPECT_THAT(refusal(R"({"alg":"HS256","crit":["exp"]})"), HasSubstr("`crit`"));
  EXPECT_THAT(refusal(R"({"alg":"HS256","b64":false})"), HasSubstr("`b64`"));
}

// TOK-5: what a token says of keys is not read.
TEST(JoseHeader, IgnoresKeysOfTheToken_TOK_5) {
  const json::object header = object(R"({"alg":"RS256","jwk":{"kty":"oct"},"jku":"https://x","x5c":[]})");
  EXPECT_TRUE(read_jose_header(header).ok());
}

TEST(JoseHeader, LeavesTypToTheCaller_TOK_2_COMPAT_23) {
  for (const char* typ : {"at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+JWT"}) {
    const json::object header{{"alg", "HS256"}, {"typ", typ}};
    EXPECT_TRUE(read_jose_header(header)->is_access_token) << typ;
    EXPECT_TRUE(check_access_token_type(header).ok()) << typ;
  }
  for (const char* header :
       {R"({"alg":"HS256","typ":"JWT"})", R"({"alg":"HS256"})", R"({"alg":"HS256","typ":7})",
        R"({"alg":"HS256","typ":"at+jwt;v=1"})", R"({"alg":"HS256","typ":"application/jwt"})"}) {
    const auto read = read_jose_header(object(header));
    ASSERT_TRUE(read.ok()) << header;
    EXPECT_FALSE(read->is_access_token) << header;
    const auto checked = check_access_token_type(object(header));
    ASSERT_FALSE(checked.ok()) << header;
    EXPECT_THAT(checked.error().detail, HasSubstr("at+jwt"));
  }
}

}  // namespace
}  // namespace cinnabar
