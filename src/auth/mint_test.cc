// SPDX-License-Identifier: Apache-2.0
#include "auth/mint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "auth/jws.h"
#include "auth/test_tokens.h"
#include "auth/testing/keys.h"
#include "auth/token_verifier.h"

namespace cinnabar {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
namespace json = boost::json;

Result<std::string> mint(const TokenClaims& wanted,
                         const test::Signer& key = test::signer("a secret of at least 32 bytes...")) {
  return mint_token(wanted, key.key, key.algorithm);
}

TokenClaims claims() {
  TokenClaims result;
  result.issuer = "https://example.com";
  result.audience = "https://hub.example.com/.well-known/mercure";
  result.issued = 1000;
  result.expires = 4600;
  result.publish = {"https://example.com/a", "*"};
  result.subscribe = {"b"};
  return result;
}

std::string refusal(const TokenClaims& wanted) {
  const auto token = mint(wanted);
  EXPECT_FALSE(token.ok());
  if (token.ok()) return "";
  EXPECT_EQ(token.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(token.error().detail.back(), '.');
  return token.error().detail;
}

TEST(Mint, MakesTheClaimsOfCLI_3) {
  TokenClaims wanted = claims();
  wanted.key_id = "k1";
  wanted.payload = R"({ "label" : "desk-7" })";
  const auto token = mint(wanted);
  ASSERT_TRUE(token.ok()) << token.error().detail;
  const auto jws = decode_compact_jws(*token);
  ASSERT_TRUE(jws.ok());
  EXPECT_EQ(jws->header, R"({"alg":"HS256","typ":"at+jwt","kid":"k1"})");
  json::object body = json::parse(jws->payload).as_object();
  EXPECT_THAT(std::string(body["jti"].as_string()), StartsWith("urn:uuid:"));
  EXPECT_THAT(std::string(body["sub"].as_string()), StartsWith("urn:uuid:"));
  EXPECT_EQ(body["client_id"], "https://example.com");
  EXPECT_EQ(body["iat"], 1000);
  EXPECT_EQ(body["exp"], 4600);
  EXPECT_EQ(json::serialize(body["authorization_details"]),
            R"([{"type":"https://mercure.rocks/authorization-detail","actions":["publish"],)"
            R"("topics":[{"match":"https://example.com/a"},{"match":"*"}]},)"
            R"({"type":"https://mercure.rocks/authorization-detail","actions":["subscribe"],)"
            R"("topics":[{"match":"b"}],"payload":{"label":"desk-7"}}])");
}

TEST(Mint, KeepsGivenSubjectAndClient_CLI_3) {
  TokenClaims wanted = claims();
  wanted.subject = "me";
  wanted.client_id = "app";
  const auto jws = decode_compact_jws(*mint(wanted));
  ASSERT_TRUE(jws.ok());
  EXPECT_THAT(jws->payload, HasSubstr(R"("sub":"me","client_id":"app")"));
  EXPECT_EQ(jws->header, R"({"alg":"HS256","typ":"at+jwt"})");
}

TEST(Mint, TokensVerify) {
  for (const Algorithm algorithm : {Algorithm::kHs256, Algorithm::kHs384, Algorithm::kHs512}) {
    const test::Signer key = test::signer("a secret", algorithm);
    const TokenVerifier verifier({test::issuer("https://example.com", {key})}, {});
    const auto token =
        test::judge(verifier, *mint(claims(), key), Role::kPublisher, test::kResource, 2'000'000);
    ASSERT_TRUE(token.ok()) << token.error().detail;
    EXPECT_EQ(token->expires_ms, 4'600'000);
    const HubPath path;
    Topics anything(std::vector{"anything"}, path), b(std::vector{"b"}, path), c(std::vector{"c"}, path);
    EXPECT_TRUE(token->grants->may_publish(anything, true));
    EXPECT_TRUE(token->grants->may_receive(b));
    EXPECT_FALSE(token->grants->may_receive(c));
  }
}

TEST(Mint, GrantsPatterns_CLI_2) {
  TokenClaims wanted = claims();
  wanted.publish.clear();
  wanted.subscribe.clear();
  wanted.publish_urlpatterns = {"/books/:id"};
  const TokenVerifier verifier(
      {test::issuer("https://example.com", {test::signer("a secret of at least 32 bytes...")})}, {});
  const auto token = test::judge(verifier, *mint(wanted), Role::kPublisher, test::kResource, 2'000'000);
  ASSERT_TRUE(token.ok()) << token.error().detail;
  const HubPath path;
  Topics book(std::vector{"/books/1"}, path), other(std::vector{"/films/1"}, path);
  EXPECT_TRUE(token->grants->may_publish(book, true));
  EXPECT_FALSE(token->grants->may_publish(other, true));

  wanted.publish_urlpatterns = {"/books/("};
  EXPECT_THAT(mint(wanted).error().detail, testing::HasSubstr("URL pattern to publish"));
}

TEST(Mint, NeedsAGrant_CLI_2) {
  TokenClaims wanted = claims();
  wanted.publish.clear();
  wanted.subscribe.clear();
  EXPECT_THAT(refusal(wanted), HasSubstr("topic"));
}

TEST(Mint, PayloadIsAnObject_CLI_6) {
  TokenClaims wanted = claims();
  for (const char* payload : {"7", "\"x\"", "[]", "null", "true", "{", "{}x", R"({"a":1,"a":2})"}) {
    wanted.payload = payload;
    EXPECT_THAT(refusal(wanted), HasSubstr("payload")) << payload;
  }
  wanted.payload = "{\"a\":" + std::string(30, '[') + std::string(30, ']') + "}";
  EXPECT_THAT(refusal(wanted), HasSubstr("32"));
  wanted.payload = "{}";
  EXPECT_TRUE(mint(wanted).ok());
  wanted.subscribe.clear();
  EXPECT_THAT(refusal(wanted), HasSubstr("subscribe"));
}

TEST(Mint, RefusesWhatAHubWouldRefuse) {
  TokenClaims wanted = claims();
  wanted.publish = {""};
  EXPECT_THAT(refusal(wanted), HasSubstr("publish"));
  wanted = claims();
  wanted.subscribe = {"a\n"};
  EXPECT_THAT(refusal(wanted), HasSubstr("subscribe"));
  wanted = claims();
  wanted.issuer.clear();
  EXPECT_THAT(refusal(wanted), HasSubstr("issuer"));
  wanted = claims();
  wanted.audience.clear();
  EXPECT_THAT(refusal(wanted), HasSubstr("audience"));
  wanted = claims();
  wanted.subject = "\xFF";
  EXPECT_THAT(refusal(wanted), HasSubstr("UTF-8"));
  wanted = claims();
  wanted.expires.reset();
  EXPECT_THAT(refusal(wanted), HasSubstr("expires"));
}

TEST(Mint, SignsWithEachKindOfKey_CLI_4) {
  const std::vector<std::string_view> keys = {test::kRsaPrivate, test::kP256Private, test::kP384Private,
                                              test::kP521Private, test::kEd25519Private};
  for (const std::string_view pem : keys) {
    const Key key = *Key::from_pem(pem);
    for (const Algorithm algorithm : kAlgorithms) {
      if (!key.fits(algorithm)) continue;
      const auto token = mint_token(claims(), key, algorithm);
      ASSERT_TRUE(token.ok()) << token.error().detail;
      const auto jws = decode_compact_jws(*token);
      ASSERT_TRUE(jws.ok());
      EXPECT_EQ(jws->header, R"({"alg":")" + std::string(name_of(algorithm)) + R"(","typ":"at+jwt"})");
      EXPECT_TRUE(key.verify(algorithm, jws->signing_input, jws->signature)) << name_of(algorithm);
    }
  }
}

TEST(Mint, NeedsAPrivateKeyThatFits_TOK_3) {
  const auto with_public = mint_token(claims(), *Key::from_pem(test::kP256Public), Algorithm::kEs256);
  ASSERT_FALSE(with_public.ok());
  EXPECT_EQ(with_public.error().detail, "The key is only the public part; signing takes the private key.");
  const auto misfit = mint_token(claims(), *Key::from_pem(test::kRsaPrivate), Algorithm::kHs256);
  ASSERT_FALSE(misfit.ok());
  EXPECT_EQ(misfit.error().detail, "The key is an RSA key; HS256 needs a shared secret.");
}

// The 0.x vector of protocol.md section 25.
TEST(Mint, MakesTheOldVectorOfSection25_COMPAT_16) {
  TokenClaims wanted;
  wanted.dialect = Dialect::k0_x;
  wanted.publish = {"*"};
  wanted.subscribe = {"*"};
  EXPECT_EQ(*mint(wanted, test::signer("!ChangeThisMercureHubJWTSecretKey!")),
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
            "eyJtZXJjdXJlIjp7InB1Ymxpc2giOlsiKiJdLCJzdWJzY3JpYmUiOlsiKiJdfX0."
            "nINXJPMGL7u4vvquYYm3zgMosrqrxTSooTs7R_OJLZA");
}

TEST(Mint, OldTokensHaveWhatIsGiven_COMPAT_16) {
  TokenClaims wanted = claims();
  wanted.dialect = Dialect::k0_x;
  wanted.publish.clear();
  wanted.subscribe = {"https://example.com/{id}"};
  wanted.subject = "me";
  wanted.client_id = "app";
  wanted.key_id = "k1";
  wanted.payload = R"(["any", null])";
  const auto token = mint(wanted);
  ASSERT_TRUE(token.ok()) << token.error().detail;
  const auto jws = decode_compact_jws(*token);
  ASSERT_TRUE(jws.ok());
  EXPECT_EQ(jws->header, R"({"alg":"HS256","typ":"JWT","kid":"k1"})");
  EXPECT_EQ(jws->payload,
            R"({"iss":"https://example.com","aud":"https://hub.example.com/.well-known/mercure",)"
            R"("sub":"me","client_id":"app","iat":1000,"exp":4600,"mercure":{"publish":[],)"
            R"("subscribe":["https://example.com/{id}"],"payload":["any",null]}})");
  for (const char* payload : {"7", "\"x\"", "null", "{}"}) {
    wanted.payload = payload;
    EXPECT_TRUE(mint(wanted).ok()) << payload;
  }
}

TEST(Mint, OldTokensAreRefusedWhatTheirHubsWouldRefuse_COMPAT_16) {
  TokenClaims wanted = claims();
  wanted.dialect = Dialect::k0_x;
  for (const char* payload : {"{", "x", "1,\"x\":2", "1,\"payload\":2", "1}", "\"\xFF\""}) {
    wanted.payload = payload;
    EXPECT_THAT(refusal(wanted), HasSubstr("payload")) << payload;
  }
  wanted.payload.clear();
  wanted.publish_urlpatterns = {"/books/:id"};
  EXPECT_THAT(refusal(wanted), HasSubstr("URI template"));
  wanted.publish_urlpatterns.clear();
  wanted.subscribe = {""};
  EXPECT_THAT(refusal(wanted), HasSubstr("subscribe"));
  wanted.subscribe.clear();
  wanted.publish.clear();
  EXPECT_THAT(refusal(wanted), HasSubstr("grant nothing"));
}

}  // namespace
}  // namespace cinnabar
