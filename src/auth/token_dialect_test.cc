// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "auth/test_tokens.h"

// Which tokens are judged by the rules of protocol 0.x, and which are not.
namespace cinnabar {
namespace {

using test::issuer;
using test::judge;
using test::judged;
using test::kHeader;
using test::kIssuer;
using test::kNowMs;
using test::kResource;
using test::sign;
using test::Signer;
using test::signer;
using testing::HasSubstr;

constexpr const char* kOldHeader = R"({"alg":"HS256","typ":"JWT"})";
constexpr const char* kOldClaims = R"({"mercure":{"publish":["*"],"subscribe":["a"]}})";

TokenVerifier hub_of(std::vector<Issuer> issuers, Compatibility compatibility = Compatibility::kVersion8) {
  return TokenVerifier(std::move(issuers), {}, compatibility);
}

TokenVerifier one(IssuerProtocol protocol) {
  return hub_of({issuer(kIssuer, {signer("p")}, {signer("s")}, protocol)});
}

bool may_publish(const Result<VerifiedToken>& token, const char* topic, bool is_private = true) {
  EXPECT_TRUE(token.ok()) << (token.ok() ? "" : token.error().detail);
  if (!token.ok()) return false;
  const HubPath path;
  const std::vector<std::string_view> texts = {topic};
  Topics topics(texts, path);
  return token->grants->may_publish(topics, is_private);
}

std::string reason(const Result<VerifiedToken>& token) {
  return token.ok() ? "accepted" : token.error().detail;
}

std::string with(std::string_view members) {
  return R"({"iss":"https://example.com",)" + std::string(members) + "}";
}

TEST(TokenDialect, LeniencyIsOffByDefault_COMPAT_1_COMPAT_2) {
  EXPECT_THAT(reason(judge(one(IssuerProtocol::k1_0), sign(kOldHeader, kOldClaims, signer("p")))),
              HasSubstr("`iss`"));
  EXPECT_THAT(reason(judge(one(IssuerProtocol::k1_0),
                           sign(kOldHeader, with(R"("mercure":{"publish":["*"]})"), signer("p")))),
              HasSubstr("`typ`"));
}

TEST(TokenDialect, OldTokensNeedNoTypAudIssNorExp_COMPAT_23) {
  for (const IssuerProtocol protocol : {IssuerProtocol::k0_x, IssuerProtocol::kBoth}) {
    for (const char* header :
         {kOldHeader, R"({"alg":"HS256"})", R"({"alg":"HS256","typ":"jwt","kid":"x"})"}) {
      const auto token = judge(one(protocol), sign(header, kOldClaims, signer("p")));
      EXPECT_TRUE(may_publish(token, "anything"));
      ASSERT_TRUE(token.ok());
      EXPECT_TRUE(token->legacy);
      EXPECT_EQ(token->expires_ms, std::nullopt);
    }
  }
}

TEST(TokenDialect, OldTokensAreCheckedForWhatTheyHave_COMPAT_23) {
  const TokenVerifier hub = one(IssuerProtocol::k0_x);
  const std::string claim = R"(,"mercure":{"publish":["*"]}})";
  EXPECT_THAT(reason(judge(hub, sign(kOldHeader, R"({"exp":1)" + claim, signer("p")))), HasSubstr("`exp`"));
  EXPECT_THAT(reason(judge(hub, sign(kOldHeader, R"({"nbf":9999999999)" + claim, signer("p")))),
              HasSubstr("`nbf`"));
  EXPECT_THAT(reason(judge(hub, sign(kOldHeader, kOldClaims, signer("wrong")))), HasSubstr("signature"));
  EXPECT_THAT(reason(judge(hub, sign(kOldHeader, kOldClaims, signer("s")))), HasSubstr("signature"));
  EXPECT_THAT(reason(judge(hub, sign(R"({"alg":"HS512"})", kOldClaims, signer("p", Algorithm::kHs512)))),
              HasSubstr("HS512"));
  EXPECT_THAT(reason(judge(hub, sign(R"({"alg":"HS256","crit":["x"],"x":1})", kOldClaims, signer("p")))),
              HasSubstr("`crit`"));
  const auto token = judge(hub, sign(kOldHeader, R"({"exp":1767225400.5)" + claim, signer("p")));
  ASSERT_TRUE(token.ok()) << reason(token);
  EXPECT_EQ(token->expires_ms, 1'767'225'400'500);
}

TEST(TokenDialect, ATokenWithoutIssuerIsTriedWithTheOnlyIssuerOf0x_COMPAT_24) {
  const std::string token = sign(kOldHeader, kOldClaims, signer("old"));
  const Issuer modern = issuer("https://modern.example", {signer("old")});
  const Issuer old = issuer("https://old.example", {signer("old")}, {}, IssuerProtocol::k0_x);
  const Issuer other = issuer("https://other.example", {signer("old")}, {}, IssuerProtocol::kBoth);
  EXPECT_TRUE(judge(hub_of({modern, old}), token).ok());
  EXPECT_THAT(reason(judge(hub_of({modern}), token)), HasSubstr("`iss`"));
  EXPECT_THAT(reason(judge(hub_of({modern, old, other}), token)), HasSubstr("`iss`")) << "two speak 0.x";
  const std::string unclaimed =
      sign(kOldHeader, R"({"iss":"nobody","mercure":{"publish":["*"]}})", signer("old"));
  EXPECT_TRUE(judge(hub_of({modern, old}), unclaimed).ok());
  // Never with the keys of one that speaks 1.0.
  const Issuer strong = issuer("https://modern.example", {signer("new")});
  EXPECT_THAT(reason(judge(hub_of({strong, old}), sign(kOldHeader, kOldClaims, signer("new")))),
              HasSubstr("signature"));
}

TEST(TokenDialect, AnIssuerOf0xNeedsNoId_COMPAT_24) {
  const TokenVerifier hub = hub_of({issuer("", {signer("old")}, {}, IssuerProtocol::k0_x)});
  EXPECT_TRUE(judge(hub, sign(kOldHeader, kOldClaims, signer("old"))).ok());
  EXPECT_TRUE(judge(hub, sign(kOldHeader, R"({"iss":"","mercure":{}})", signer("old"))).ok());
}

TEST(TokenDialect, ATokenOfAModernIssuerIsNeverJudgedLeniently_COMPAT_3) {
  const TokenVerifier hub =
      hub_of({issuer("https://modern.example", {signer("new")}),
              issuer("https://old.example", {signer("old")}, {}, IssuerProtocol::k0_x)});
  const std::string claims = R"({"iss":"https://modern.example","mercure":{"publish":["*"]}})";
  EXPECT_THAT(reason(judge(hub, sign(kOldHeader, claims, signer("new")))), HasSubstr("`typ`"));
  EXPECT_THAT(reason(judge(hub, sign(kOldHeader, claims, signer("old")))), HasSubstr("`typ`"));
  const std::string no_audience =
      R"({"iss":"https://modern.example","exp":4102444800,"mercure":{"publish":["*"]}})";
  EXPECT_THAT(reason(judge(hub, sign(kHeader, no_audience, signer("new")))), HasSubstr("`aud`"));
  const auto strict = judge(hub, sign(kHeader,
                                      R"({"iss":"https://modern.example","exp":4102444800,"aud":")" +
                                          std::string(kResource) + R"(","mercure":{"publish":["*"]}})",
                                      signer("new")));
  EXPECT_FALSE(may_publish(strict, "a")) << "the claim of 0.x grants nothing there";
}

TEST(TokenDialect, ModernTokensKeepTheirRulesInEveryMode_COMPAT_3) {
  const TokenVerifier hub = one(IssuerProtocol::kBoth);
  const std::string detail =
      R"("authorization_details":[{"type":"https://mercure.rocks/authorization-detail","actions":["publish"],)"
      R"("topics":[{"match":"a"}]}])";
  // By its type, or by its details, it is one of 1.0.
  EXPECT_THAT(reason(judge(hub, sign(kHeader, with(R"("mercure":{"publish":["*"]})"), signer("p")))),
              HasSubstr("`exp`"));
  EXPECT_THAT(reason(judge(hub, sign(kOldHeader, with(detail), signer("p")))), HasSubstr("`typ`"));
  EXPECT_THAT(reason(judge(hub, sign(kOldHeader, with(R"("authorization_details":"x")"), signer("p")))),
              HasSubstr("`typ`"));
  // An access token without details may be granted by the old claim.
  const std::string full = R"("exp":4102444800,"aud":")" + std::string(kResource) + R"(",)";
  EXPECT_TRUE(may_publish(
      judge(hub, sign(kHeader, with(full + R"("mercure":{"publish":["*"]})"), signer("p"))), "b"));
  EXPECT_TRUE(may_publish(
      judge(hub, sign(kHeader, with(full + R"("authorization_details":[],"mercure":{"publish":["*"]})"),
                      signer("p"))),
      "b"));
}

TEST(TokenDialect, DetailsOutweighTheOldClaim_COMPAT_20) {
  const std::string claims = with(
      R"("exp":4102444800,"aud":"https://hub.example.com/.well-known/mercure","mercure":{"publish":["*"]},)"
      R"("authorization_details":[{"type":"https://mercure.rocks/authorization-detail","actions":["publish"],)"
      R"("topics":[{"match":"a"}]}])");
  const auto token = judge(one(IssuerProtocol::kBoth), sign(kHeader, claims, signer("p")));
  EXPECT_TRUE(may_publish(token, "a"));
  EXPECT_FALSE(may_publish(token, "b"));
}

TEST(TokenDialect, AnIssuerOf0xAloneMakesNoModernTokens) {
  const std::string claims = with(R"("exp":4102444800,"aud":"https://hub.example.com/.well-known/mercure")");
  EXPECT_THAT(reason(judge(one(IssuerProtocol::k0_x), sign(kHeader, claims, signer("p")))),
              HasSubstr("\"both\""));
}

TEST(TokenDialect, WaysOf0xAreForTokensOfItsIssuersAlone_PRES_2_PRES_3) {
  const HubUrl url = test::hub();
  const auto by_query = [&](const TokenVerifier& hub, const std::string& token) {
    return judged(hub.verify({token, Role::kPublisher, kResource, url, true}, kNowMs));
  };
  const std::string modern = sign(
      kHeader, with(R"("exp":4102444800,"aud":"https://hub.example.com/.well-known/mercure")"), signer("p"));
  EXPECT_THAT(reason(by_query(one(IssuerProtocol::k1_0), modern)), HasSubstr("Authorization"));
  EXPECT_TRUE(by_query(one(IssuerProtocol::kBoth), modern).ok());
  EXPECT_TRUE(by_query(one(IssuerProtocol::k0_x), sign(kOldHeader, kOldClaims, signer("p"))).ok());
}

TEST(TokenDialect, Version7PublishesPublicUpdatesAnywhere_COMPAT_27) {
  const Issuer old = issuer(kIssuer, {signer("p")}, {}, IssuerProtocol::k0_x);
  const std::string token = sign(kOldHeader, R"({"mercure":{"publish":[]}})", signer("p"));
  EXPECT_TRUE(may_publish(judge(hub_of({old}, Compatibility::kVersion7), token), "a", false));
  EXPECT_FALSE(may_publish(judge(hub_of({old}, Compatibility::kVersion7), token), "a", true));
  EXPECT_FALSE(may_publish(judge(hub_of({old}, Compatibility::kVersion8), token), "a", false));
}

}  // namespace
}  // namespace cinnabar
