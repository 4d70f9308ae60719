// SPDX-License-Identifier: Apache-2.0
#include "auth/token_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "auth/test_tokens.h"

namespace cinnabar {
namespace {

using test::claims_with;
using test::issuer;
using test::judge;
using test::kHeader;
using test::kIssuer;
using test::sign;
using test::signer;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPublisherSecret = "publisher secret of 32 bytes....";
constexpr const char* kSubscriberSecret = "subscriber secret of 32 bytes...";

TokenVerifier verifier() {
  return TokenVerifier({issuer(kIssuer, {signer(kPublisherSecret)}, {signer(kSubscriberSecret)})}, {});
}

Result<VerifiedToken> verify(const std::string& token, Role role = Role::kPublisher) {
  return judge(verifier(), token, role);
}

/// Refused, for the reason that `hint` names, without a word of the token or the key.
void expect_refused(const std::string& token, const std::string& hint) {
  const auto verified = verify(token);
  ASSERT_FALSE(verified.ok()) << hint;
  EXPECT_EQ(verified.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(verified.error().detail, HasSubstr(hint));
  EXPECT_THAT(verified.error().detail, Not(HasSubstr(kPublisherSecret)));
  EXPECT_EQ(verified.error().detail.back(), '.');
  const std::size_t dot = token.rfind('.');
  if (dot != std::string::npos && dot + 20 < token.size()) {
    EXPECT_THAT(verified.error().detail, Not(HasSubstr(token.substr(dot + 1))));
  }
}

void expect_header_refused(const std::string& header, const std::string& hint) {
  expect_refused(sign(header, claims_with(""), signer(kPublisherSecret)), hint);
}

void expect_claims_refused(const std::string& claims, const std::string& hint) {
  expect_refused(sign(kHeader, claims, signer(kPublisherSecret)), hint);
}

constexpr std::string_view kVector =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9."
    "eyJpc3MiOiJodHRwczovL2xvY2FsaG9zdCIsImF1ZCI6Imh0dHBzOi8vbG9jYWxob3N0Ly53ZWxsLWtub3duL21lcmN1cmUiLCJleHAi"
    "OjQxMDI0ND"
    "Q4MDAsImF1dGhvcml6YXRpb25fZGV0YWlscyI6W3sidHlwZSI6Imh0dHBzOi8vbWVyY3VyZS5yb2Nrcy9hdXRob3JpemF0aW9uLWRldG"
    "FpbCIsImFj"
    "dGlvbnMiOlsicHVibGlzaCJdLCJ0b3BpY3MiOlt7Im1hdGNoIjoiKiJ9XX0seyJ0eXBlIjoiaHR0cHM6Ly9tZXJjdXJlLnJvY2tzL2F1"
    "dGhvcml6YX"
    "Rpb24tZGV0YWlsIiwiYWN0aW9ucyI6WyJzdWJzY3JpYmUiXSwidG9waWNzIjpbeyJtYXRjaCI6IioifV19XX0."
    "1A886psTW7_tef_gXildX88L1umkxOTfj_11ouB5rFk";

TokenVerifier local_verifier() {
  const test::Signer secret = signer("!ChangeThisMercureHubJWTSecretKey!");
  return TokenVerifier({issuer("https://localhost", {secret}, {secret})}, {});
}

TEST(TokenVerifier, AcceptsTheVectorOfSection25) {
  for (const Role role : {Role::kPublisher, Role::kSubscriber}) {
    const auto token = judge(local_verifier(), kVector, role, "https://localhost/.well-known/mercure");
    ASSERT_TRUE(token.ok()) << token.error().detail;
    EXPECT_EQ(token->expires_ms, 4'102'444'800'000);
    EXPECT_EQ(token->identity->issuer, "https://localhost");
    EXPECT_EQ(token->identity->subject, "");
    EXPECT_EQ(token->identity->id, "");
    const HubPath path;
    Topics topics(std::vector{"a", "b"}, path);
    EXPECT_TRUE(token->grants->may_publish(topics, true));
    EXPECT_TRUE(token->grants->may_receive(topics));
  }
}

TEST(TokenVerifier, RefusesTheOldVectorOfSection25) {
  const auto token = judge(local_verifier(),
                           "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
                           "eyJtZXJjdXJlIjp7InB1Ymxpc2giOlsiKiJdLCJzdWJzY3JpYmUiOlsiKiJdfX0."
                           "nINXJPMGL7u4vvquYYm3zgMosrqrxTSooTs7R_OJLZA",
                           Role::kPublisher, "https://localhost/.well-known/mercure");
  ASSERT_FALSE(token.ok());
  EXPECT_THAT(token.error().detail, HasSubstr("protocol = \"0.x\""));
}

TEST(TokenVerifier, RefusesAChangedVector) {
  for (std::size_t i = 0; i < kVector.size(); i += 7) {
    std::string token(kVector);
    token[i] = token[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(
        judge(local_verifier(), token, Role::kPublisher, "https://localhost/.well-known/mercure").ok())
        << i;
  }
}

TEST(TokenVerifier, IsShapedAsACompactJws_TOK_1) {
  const std::string good = sign(kHeader, claims_with(""), signer(kPublisherSecret));
  ASSERT_TRUE(verify(good).ok());
  const std::string unsigned_part = good.substr(0, good.rfind('.'));
  expect_refused("", "three parts");
  expect_refused("garbage", "three parts");
  expect_refused(unsigned_part, "three parts");
  expect_refused(unsigned_part + ".", "unsecured");
  expect_refused(good + ".a", "more than three");
  expect_refused(good + ".a.b", "JWE");
  expect_refused(good + "=", "signature");
  expect_refused(" " + good, "header");
  expect_refused(R"({"payload":"a","signatures":[]})", "three parts");
  expect_refused("..", "unsecured");
  expect_refused("..a", "signature");
  expect_refused("e30..e30", "`alg`");
}

TEST(TokenVerifier, TypMustBeAtJwt_TOK_2) {
  for (const char* typ : {"at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+JWT"}) {
    const std::string header = R"({"alg":"HS256","typ":")" + std::string(typ) + "\"}";
    EXPECT_TRUE(verify(sign(header, claims_with(""), signer(kPublisherSecret))).ok()) << typ;
  }
  for (const char* typ : {"\"JWT\"", "\"at+jwt;v=1\"", "\"application/jwt\"", "\"\"", "null", "7",
                          "[\"at+jwt\"]", "\"application/application/at+jwt\"", "\" at+jwt\""}) {
    expect_header_refused(R"({"alg":"HS256","typ":)" + std::string(typ) + "}", "`typ`");
  }
  expect_header_refused(R"({"alg":"HS256"})", "`typ`");
  expect_header_refused(R"({"alg":"HS256","TYP":"at+jwt"})", "`typ`");
}

TEST(TokenVerifier, AlgMustBeTheConfiguredKeys_TOK_3) {
  for (const char* alg : {"none", "None", "NONE", "nOnE", "hs256", "HS257", "ES256K", ""}) {
    expect_header_refused(R"({"typ":"at+jwt","alg":")" + std::string(alg) + "\"}", "`alg`");
  }
  for (const char* alg : {"RS256", "ES256", "EdDSA", "HS512"}) {
    expect_header_refused(R"({"typ":"at+jwt","alg":")" + std::string(alg) + "\"}", "configured: HS256");
  }
  expect_header_refused(R"({"typ":"at+jwt"})", "`alg`");
  expect_header_refused(R"({"typ":"at+jwt","alg":null})", "`alg`");
  expect_refused(
      sign(R"({"alg":"HS512","typ":"at+jwt"})", claims_with(""), signer(kPublisherSecret, Algorithm::kHs512)),
      "HS512");
  // Signed with another algorithm than the header says.
  expect_refused(sign(kHeader, claims_with(""), signer(kPublisherSecret, Algorithm::kHs512)), "signature");
}

TEST(TokenVerifier, TriesEveryKeyOfTheRole_TOK_5) {
  const TokenVerifier many(
      {issuer(kIssuer, {signer("old"), signer("other", Algorithm::kHs512), signer("new")})}, {});
  const auto accepts = [&](const std::string& token) { return judge(many, token).ok(); };
  EXPECT_TRUE(accepts(sign(kHeader, claims_with(""), signer("old"))));
  EXPECT_TRUE(accepts(sign(kHeader, claims_with(""), signer("new"))));
  EXPECT_TRUE(accepts(
      sign(R"({"alg":"HS512","typ":"at+jwt"})", claims_with(""), signer("other", Algorithm::kHs512))));
  EXPECT_FALSE(accepts(sign(kHeader, claims_with(""), signer("other"))))
      << "a key serves its own algorithm only";
  EXPECT_TRUE(
      accepts(sign(R"({"alg":"HS256","typ":"at+jwt","kid":"k","jku":"https://evil.example","jwk":{}})",
                   claims_with(""), signer("new"))))
      << "key material in the header is not looked at";
}

TEST(TokenVerifier, KeysAreNotPooledAcrossIssuers_TOK_6) {
  const TokenVerifier two({issuer("A", {signer("a")}), issuer("B", {signer("b")})}, {});
  const auto accepts = [&](const std::string& id, const char* secret) {
    const std::string claims =
        R"({"iss":")" + id + R"(","aud":")" + std::string(test::kResource) + R"(","exp":4102444800})";
    const auto token = judge(two, sign(kHeader, claims, signer(secret)));
    EXPECT_EQ(token.ok() ? token->identity->issuer : id, id);
    return token.ok();
  };
  EXPECT_TRUE(accepts("A", "a"));
  EXPECT_TRUE(accepts("B", "b"));
  EXPECT_FALSE(accepts("B", "a"));
  EXPECT_FALSE(accepts("A", "b"));
}

TEST(TokenVerifier, IssMustBeAConfiguredIssuer_TOK_7) {
  const std::string rest = R"("aud":"https://hub.example.com/.well-known/mercure","exp":1767228900})";
  for (const char* iss :
       {"\"https://example.com/\"", "\"https://EXAMPLE.com\"", "\"\"", "null", "[\"https://example.com\"]"}) {
    expect_claims_refused(R"({"iss":)" + std::string(iss) + "," + rest, "`iss`");
  }
  expect_claims_refused("{" + rest, "`iss`");
}

TEST(TokenVerifier, KeysAreBoundToARole_TOK_8) {
  const std::string token = sign(kHeader, claims_with(""), signer(kSubscriberSecret));
  EXPECT_TRUE(verify(token, Role::kSubscriber).ok());
  EXPECT_FALSE(verify(token, Role::kPublisher).ok());

  const TokenVerifier publish_only({issuer(kIssuer, {signer(kPublisherSecret)})}, {});
  EXPECT_TRUE(publish_only.has_keys(Role::kPublisher));
  EXPECT_FALSE(publish_only.has_keys(Role::kSubscriber));
  const std::string good = sign(kHeader, claims_with(""), signer(kPublisherSecret));
  EXPECT_TRUE(judge(publish_only, good).ok());
  EXPECT_FALSE(judge(publish_only, good, Role::kSubscriber).ok());
  EXPECT_FALSE(TokenVerifier({}, {}).has_keys(Role::kPublisher));
}

TEST(TokenVerifier, RefusesBadClaims_TOK_9_10_11) {
  const std::string start = R"({"iss":"https://example.com",)";
  const std::string aud = R"("aud":"https://hub.example.com/.well-known/mercure")";
  expect_claims_refused(start + aud + "}", "`exp`");
  expect_claims_refused(start + aud + R"(,"EXP":1767228900})", "`exp`");
  expect_claims_refused(start + aud + R"(,"exp":1767225300})", "`exp`");
  expect_claims_refused(start + aud + R"(,"exp":"1767228900"})", "`exp`");
  expect_claims_refused(claims_with(R"(,"nbf":1767225301)"), "`nbf`");
  expect_claims_refused(claims_with(R"(,"nbf":"0")"), "`nbf`");
  expect_claims_refused(start + R"("exp":1767228900,"aud":"https://hub.example.com"})", "`aud`");
  expect_claims_refused(start + R"("exp":1767228900})", "`aud`");
  EXPECT_TRUE(verify(sign(kHeader, claims_with(R"(,"nbf":1767225300)"), signer(kPublisherSecret))).ok());
}

TEST(TokenVerifier, TheResourceIsThatOfTheRequest_TOK_12) {
  const std::string token = sign(kHeader, claims_with(""), signer(kPublisherSecret));
  EXPECT_FALSE(judge(verifier(), token, Role::kPublisher, "https://b.example/.well-known/mercure").ok());
}

TEST(TokenVerifier, OtherClaimsOfRfc9068AreNotRequired_TOK_13) {
  EXPECT_TRUE(verify(sign(kHeader, claims_with(""), signer(kPublisherSecret))).ok());
  const auto full = verify(sign(kHeader, claims_with(R"(,"sub":"me","jti":"id-1","client_id":"c","iat":1)"),
                                signer(kPublisherSecret)));
  ASSERT_TRUE(full.ok());
  EXPECT_EQ(full->identity->subject, "me");
  EXPECT_EQ(full->identity->id, "id-1");
  EXPECT_EQ(full->expires_ms, 1'767'228'900'000);
  expect_claims_refused(claims_with(R"(,"sub":7)"), "`sub`");
  expect_claims_refused(claims_with(R"(,"jti":null)"), "`jti`");
}

TEST(TokenVerifier, RefusesExtensionsItDoesNotKnow_TOK_15) {
  expect_header_refused(R"({"alg":"HS256","typ":"at+jwt","crit":["x"],"x":1})", "`crit`");
  expect_header_refused(R"({"alg":"HS256","typ":"at+jwt","crit":[]})", "`crit`");
  expect_header_refused(R"({"alg":"HS256","typ":"at+jwt","b64":false})", "`b64`");
  expect_header_refused(R"({"alg":"HS256","typ":"at+jwt","b64":false,"crit":["b64"]})", "`crit`");
}

TEST(TokenVerifier, RefusesDuplicateNames_TOK_16) {
  expect_header_refused(R"({"alg":"HS256","typ":"at+jwt","alg":"HS256"})", "same name");
  expect_claims_refused(claims_with(R"(,"exp":1767228900)"), "same name");
  expect_claims_refused(claims_with(R"(,"other":{"a":[{"b":1,"b":1}]})"), "same name");
}

TEST(TokenVerifier, RefusesMalformedJson) {
  expect_header_refused("[]", "object");
  expect_header_refused("{", "JSON");
  expect_claims_refused("\"x\"", "object");
  expect_claims_refused(claims_with("") + " x", "JSON");
  expect_claims_refused(claims_with(",\"a\":\"\xFF\""), "UTF-8");
  expect_claims_refused(claims_with(R"(,"a":)" + std::string(32, '[') + std::string(32, ']')),
                        "32");  // LIM-18
  EXPECT_TRUE(verify(sign(kHeader, claims_with(R"(,"a":)" + std::string(31, '[') + std::string(31, ']')),
                          signer(kPublisherSecret)))
                  .ok());
}

TEST(TokenVerifier, TrustsNothingBeforeTheSignature) {
  // Expired, and by the wrong key: the signature is what is complained of.
  const std::string claims = R"({"iss":"https://example.com","aud":"x","exp":1})";
  expect_refused(sign(kHeader, claims, signer("wrong")), "signature");
}

TEST(TokenVerifier, ReadsTheDetailsOfSection25) {
  const auto token = verify(sign(kHeader, claims_with(R"(,"authorization_details":[
      {"type":"https://bank.example/payment","amount":3},
      {"type":"https://mercure.rocks/authorization-detail","actions":["subscribe","archive"],
       "topics":[{"match":"https://example.com/users/42"}],"payload":{"label":"desk-7"}},
      {"type":"https://mercure.rocks/authorization-detail","actions":["subscribe"],
       "topics":[{"match":"/.well-known/mercure/subscriptions"}]}])"),
                                 signer(kPublisherSecret)));
  ASSERT_TRUE(token.ok()) << token.error().detail;
  ASSERT_EQ(token->grants->details().size(), 2U);
  EXPECT_EQ(token->grants->details()[0].payload, R"({"label":"desk-7"})");
  EXPECT_TRUE(token->grants->details()[0].subscribe);
  EXPECT_FALSE(token->grants->details()[0].publish);
}

TEST(TokenVerifier, ABadDetailSinksTheToken_AD_12) {
  expect_claims_refused(
      claims_with(R"(,"authorization_details":[{"type":"https://mercure.rocks/authorization-detail",
      "actions":["publish"],"topics":["https://example.com/a"]}])"),
      "authorization_details[0].topics[0]");
}

TEST(TokenVerifier, ErrorsQuoteForeignTextSafely) {
  expect_claims_refused(R"({"iss":"a\nb\u00e9"})", R"("a\x0ab\xc3\xa9")");
  std::string long_name = R"({"iss":")";
  long_name.append(5000, 'x').append("\"}");
  expect_claims_refused(long_name, std::string(200, 'x').append("…"));
}

}  // namespace
}  // namespace cinnabar
