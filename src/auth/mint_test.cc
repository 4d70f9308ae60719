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

namespace cinnabar {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
namespace json = boost::json;

const VerificationKey kKey{Algorithm::kHs256, "a secret of at least 32 bytes..."};

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

std::string refusal(const TokenClaims& wanted, const VerificationKey& key = kKey) {
  const auto token = mint_token(wanted, key);
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
  const auto token = mint_token(wanted, kKey);
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
  const auto jws = decode_compact_jws(*mint_token(wanted, kKey));
  ASSERT_TRUE(jws.ok());
  EXPECT_THAT(jws->payload, HasSubstr(R"("sub":"me","client_id":"app")"));
  EXPECT_EQ(jws->header, R"({"alg":"HS256","typ":"at+jwt"})");
}

TEST(Mint, TokensVerify) {
  for (const Algorithm algorithm : {Algorithm::kHs256, Algorithm::kHs384, Algorithm::kHs512}) {
    const VerificationKey key{algorithm, "a secret"};
    const TokenVerifier verifier({{"https://example.com", {key}, {}}}, {});
    const HubUrl hub = *HubUrl::parse("https://hub.example.com/.well-known/mercure");
    const auto token = verifier.verify(*mint_token(claims(), key), Role::kPublisher,
                                       "https://hub.example.com/.well-known/mercure", hub, 2'000'000);
    ASSERT_TRUE(token.ok()) << token.error().detail;
    EXPECT_EQ(token->expires_ms, 4'600'000);
    const HubPath path;
    Topics anything(std::vector{"anything"}, path), b(std::vector{"b"}, path), c(std::vector{"c"}, path);
    EXPECT_TRUE(token->grants->may_publish(anything));
    EXPECT_TRUE(token->grants->may_receive(b));
    EXPECT_FALSE(token->grants->may_receive(c));
  }
}

TEST(Mint, GrantsPatterns_CLI_2) {
  TokenClaims wanted = claims();
  wanted.publish.clear();
  wanted.subscribe.clear();
  wanted.publish_urlpatterns = {"/books/:id"};
  const HubUrl hub = *HubUrl::parse("https://hub.example.com/.well-known/mercure");
  const TokenVerifier verifier({{"https://example.com", {kKey}, {}}}, {});
  const auto token =
      verifier.verify(*mint_token(wanted, kKey), Role::kPublisher, hub.url().href(), hub, 2'000'000);
  ASSERT_TRUE(token.ok()) << token.error().detail;
  const HubPath path;
  Topics book(std::vector{"/books/1"}, path), other(std::vector{"/films/1"}, path);
  EXPECT_TRUE(token->grants->may_publish(book));
  EXPECT_FALSE(token->grants->may_publish(other));

  wanted.publish_urlpatterns = {"/books/("};
  EXPECT_THAT(mint_token(wanted, kKey).error().detail, testing::HasSubstr("URL pattern to publish"));
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
  EXPECT_TRUE(mint_token(wanted, kKey).ok());
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
  EXPECT_THAT(refusal(claims(), {Algorithm::kHs256, ""}), HasSubstr("key"));
}

}  // namespace
}  // namespace cinnabar
