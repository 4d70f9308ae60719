// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "auth/test_tokens.h"

// Which of an issuer's keys a token is tried with, and when one is missing.
namespace cinnabar {
namespace {

using test::claims_with;
using test::judge;
using test::kIssuer;
using test::kNowMs;
using test::kResource;
using test::sign;
using test::signer;
using testing::HasSubstr;

/// A set that could be another one tomorrow.
class ChangingKeys final : public KeySource {
 public:
  explicit ChangingKeys(Keys keys) : keys_(std::make_shared<const Keys>(std::move(keys))) {}
  KeysPtr keys() const override { return keys_; }
  bool may_change() const override { return true; }
  bool look_for(std::string_view, std::function<void()>) override { return false; }

 private:
  KeysPtr keys_;
};

VerificationKey named(const char* secret, const char* id, std::optional<Algorithm> algorithm = {}) {
  return {*Key::from_secret(secret), id, algorithm};
}

Verification verify(Keys keys, const std::string& token, bool may_change = true,
                    std::vector<Algorithm> algorithms = {Algorithm::kHs256, Algorithm::kHs384}) {
  std::shared_ptr<KeySource> source;
  if (may_change) {
    source = std::make_shared<ChangingKeys>(std::move(keys));
  } else {
    source = std::make_shared<StaticKeys>(std::move(keys));
  }
  Issuer issuer;
  issuer.id = kIssuer;
  issuer.publisher = {{source, std::move(algorithms)}};
  const TokenVerifier verifier({issuer}, {});
  const HubUrl url = test::hub();
  return verifier.verify({token, Role::kPublisher, kResource, url, false}, kNowMs);
}

std::string token_by(const char* secret, const std::string& kid, Algorithm algorithm = Algorithm::kHs256) {
  const std::string header = R"({"typ":"at+jwt","alg":")" + std::string(name_of(algorithm)) + "\"" +
                             (kid.empty() ? "" : R"(,"kid":")" + kid + "\"") + "}";
  return sign(header, claims_with(""), signer(secret, algorithm));
}

bool accepted(const Verification& verdict) { return std::holds_alternative<VerifiedToken>(verdict); }
bool missing(const Verification& verdict) { return std::holds_alternative<MissingKey>(verdict); }
std::string refusal(const Verification& verdict) {
  const auto* refused = std::get_if<TokenRefusal>(&verdict);
  return refused ? refused->check + ": " + refused->reason : "not refused";
}

TEST(TokenKeys, TheNamedKeyIsTheOneThatCounts_TOK_5) {
  const Keys keys = {named("one", "1"), named("two", "2")};
  EXPECT_TRUE(accepted(verify(keys, token_by("one", "1"))));
  EXPECT_TRUE(accepted(verify(keys, token_by("two", "2"))));
  EXPECT_THAT(refusal(verify(keys, token_by("two", "1"))), HasSubstr("signature"))
      << "named, and it is not by it";
}

TEST(TokenKeys, WithoutKidAllKeysAreTried_TOK_18) {
  const Keys keys = {named("one", "1"), named("two", "2")};
  EXPECT_TRUE(accepted(verify(keys, token_by("two", ""))));
  EXPECT_TRUE(missing(verify(keys, token_by("three", ""))));
  EXPECT_THAT(refusal(verify(keys, token_by("three", ""), false)), HasSubstr("signature"));
}

TEST(TokenKeys, AnUnknownKidMayTurnUp_TOK_18) {
  const Keys keys = {named("one", "1")};
  const Verification verdict = verify(keys, token_by("new", "2"));
  ASSERT_TRUE(missing(verdict));
  EXPECT_EQ(std::get<MissingKey>(verdict).key_id, "2");
  EXPECT_THAT(TokenVerifier::refuse(std::get<MissingKey>(verdict)).reason, HasSubstr("\"2\""));
  EXPECT_TRUE(missing(verify({}, token_by("new", "2")))) << "nothing was fetched yet";
  EXPECT_THAT(refusal(verify(keys, token_by("new", "2"), false)), HasSubstr("signature"));
  EXPECT_TRUE(accepted(verify(keys, token_by("one", "2"), false))) << "among configured keys kid is a hint";
}

TEST(TokenKeys, AKeyServesItsOwnAlgorithmOnly_TOK_18) {
  const Keys keys = {named("one", "1", Algorithm::kHs384)};
  EXPECT_TRUE(accepted(verify(keys, token_by("one", "1", Algorithm::kHs384))));
  EXPECT_THAT(refusal(verify(keys, token_by("one", "1", Algorithm::kHs256))), HasSubstr("key: "));
}

TEST(TokenKeys, AlgorithmsOutsideTheListAreRefusedUnseen_TOK_3) {
  const Keys keys = {named("one", "1")};
  EXPECT_THAT(refusal(verify(keys, token_by("one", "1", Algorithm::kHs512))), HasSubstr("alg: "));
  EXPECT_THAT(refusal(verify(keys, token_by("one", "9", Algorithm::kHs512))), HasSubstr("alg: "))
      << "no key is looked for";
}

TEST(TokenKeys, ReportsEachCheck) {
  const TokenVerifier verifier({test::issuer(kIssuer, {signer("p")})}, {});
  const HubUrl url = test::hub();
  TokenReport report;
  const std::string token = sign(test::kHeader, claims_with(""), signer("p"));
  const Verification good =
      verifier.verify({token, Role::kPublisher, kResource, url, false}, kNowMs, &report);
  ASSERT_TRUE(accepted(good));
  std::string names;
  for (const TokenCheck& check : report.checks()) {
    EXPECT_TRUE(check.passed) << check.name;
    names += check.name + " ";
  }
  EXPECT_EQ(names, "structure header iss typ signature exp aud grants ");

  TokenReport of_bad;
  const Verification bad =
      verifier.verify({token, Role::kPublisher, "https://b.example/", url, false}, kNowMs, &of_bad);
  EXPECT_FALSE(of_bad.checks().back().passed);
  EXPECT_EQ(of_bad.checks().back().name, "aud");
  const auto& refused = std::get<TokenRefusal>(bad);
  EXPECT_EQ(refused.check, "aud");
  EXPECT_THAT(refused.header, HasSubstr("at+jwt"));
  EXPECT_EQ(refused.issuer, "\"https://example.com\"");
  EXPECT_EQ(refused.audience, "\"https://hub.example.com/.well-known/mercure\"");
}

}  // namespace
}  // namespace cinnabar
