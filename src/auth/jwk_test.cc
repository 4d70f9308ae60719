// SPDX-License-Identifier: Apache-2.0
#include "auth/jwk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <string_view>
#include <type_traits>

#include "auth/base64url.h"
#include "auth/testing/keys.h"

namespace cinnabar {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
namespace json = boost::json;

// RFC 7520 section 3.4: the key of test::kRsaPrivate.
constexpr std::string_view kRsaN =
    "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJ"
    "mSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tp"
    "e-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vn"
    "iUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw";
constexpr std::string_view kRsaD =
    "bWUC9B-EFRIo8kpGfh0ZuyGPvMNKvYWNtB_ikiH9k20eT-O1q_I78eiZkpXxXQ0UTEs2LsNRS-8uJbvQ-A1irkwMSM"
    "kK1J3XTGgdrhCku9gRldY7sNA_AKZGh-Q661_42rINLRCe8W-nZ34ui_qOfkLnK9QWDDqpaIsA-bMwWWSDFu2MUBYw"
    "kHTMEzLYGqOe04noqeq1hExBTHBOBdkMXiuFhUq1BU6l-DqEiWxqg82sXt2h-LMnT3046AOYJoRioz75tSUQfGCshW"
    "TBnP5uDjd18kKhyv07lhfSJdrPdM5Plyl21hsFf4L_mHCuoFau7gdsPfHPxxjVOcOpBrQzwQ";
constexpr std::string_view kRsaP =
    "3Slxg_DwTXJcb6095RoXygQCAZ5RnAvZlno1yhHtnUex_fp7AZ_9nRaO7HX_-SFfGQeutao2TDjDAWU4Vupk8rw9JR"
    "0AzZ0N2fvuIAmr_WCsmGpeNqQnev1T7IyEsnh8UMt-n5CafhkikzhEsrmndH6LxOrvRJlsPp6Zv8bUq0k";
constexpr std::string_view kRsaQ =
    "uKE2dh-cTf6ERF4k4e_jy78GfPYUIaUyoSSJuBzp3Cubk3OCqs6grT8bR_cu0Dm1MZwWmtdqDyI95HrUeq3MP15vMM"
    "ON8lHTeZu2lmKvwqW7anV5UzhM1iZ7z4yMkuUwFWoBvyY898EXvRD-hdqRxHlSqAZ192zB3pVFJ0s7pFc";
constexpr std::string_view kRsaDp =
    "B8PVvXkvJrj2L-GYQ7v3y9r6Kw5g9SahXBwsWUzp19TVlgI-YV85q1NIb1rxQtD-IsXXR3-TanevuRPRt5OBOdiMGQ"
    "p8pbt26gljYfKU_E9xn-RULHz0-ed9E9gXLKD4VGngpz-PfQ_q29pk5xWHoJp009Qf1HvChixRX59ehik";
constexpr std::string_view kRsaDq =
    "CLDmDGduhylc9o7r84rEUVn7pzQ6PF83Y-iBZx5NT-TpnOZKF1pErAMVeKzFEl41DlHHqqBLSM0W1sOFbwTxYWZDm6"
    "sI6og5iTbwQGIC3gnJKbi_7k_vJgGHwHxgPaX2PnvP-zyEkDERuf-ry4c_Z11Cq9AqC2yeL6kdKT1cYF8";
constexpr std::string_view kRsaQi =
    "3PiqvXQN0zwMeE-sBvZgi289XP9XCQF3VWqPzMKnIgQp7_Tugo6-NZBKCQsMf3HaEGBjTVJs_jcK8-TRXvaKe-7ZMa"
    "Qj8VfBdYkssbu0NKDDhjJ-GtiseaDVWt7dcH0cfwxgFUHpQh7FoCrjFJ6h6ZEpMF6xmujs4qMpPz8aaI4";
constexpr std::string_view kWeakN =
    "0qJWzVeL11ixuRscreZP4rLBAy7Ah9KklVvN5JKFUq1U-Uw54mMCF7r7rU46s44q_K-48OdjB5Foa_UJFXZmk5kQWA"
    "w-f6AVZr9KMhZhhQBw212gu7MeC65d9h9-U_33Rt-yjsx7UxwT4MYLKgobYIehyDMM4YvJIZZxEWvPPIc";

json::object rsa() { return {{"kty", "RSA"}, {"n", kRsaN}, {"e", "AQAB"}}; }
json::object rsa_private() {
  return {{"kty", "RSA"}, {"n", kRsaN},   {"e", "AQAB"},  {"d", kRsaD},  {"p", kRsaP},
          {"q", kRsaQ},   {"dp", kRsaDp}, {"dq", kRsaDq}, {"qi", kRsaQi}};
}
// RFC 7515 appendix A.3: the key of test::kP256Private.
json::object p256() {
  return {{"kty", "EC"},
          {"crv", "P-256"},
          {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
          {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}};
}
// The key of test::kP384Private.
json::object p384() {
  return {{"kty", "EC"},
          {"crv", "P-384"},
          {"x", "1e29BT0-xbz0H_igUfr_wT-HSp91Zurcys6mu1TwKQ_D_V9_--P6nHytlopRkUcS"},
          {"y", "Ou7E33rJCLfjoItB4xZqcgB_xM96fe2TwWIfFQw-qpOBz92gGWQp5YxT2EkRhQi5"}};
}
// RFC 8037 appendix A.1: the key of test::kEd25519Private.
json::object ed25519() {
  return {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}};
}
constexpr std::string_view kP256D = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";
constexpr std::string_view kP384D = "ZM3FXgnbHfOfFgOl0q3MHaA8TA8OXJ4SxYwlU9H4jUpycOCeiHO5F-Vd1QU4u51X";
constexpr std::string_view kEd25519D = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

template <class T>
json::object with(json::object jwk, std::string_view name, const T& value) {
  if constexpr (std::is_constructible_v<json::string_view, const T&>) {
    jwk[name] = json::string(json::string_view(value));
  } else {
    jwk[name] = value;
  }
  return jwk;
}
json::object without(json::object jwk, std::string_view name) {
  jwk.erase(name);
  return jwk;
}

Result<VerificationKey> parse(const json::object& jwk) { return parse_jwk(json::serialize(jwk)); }

std::string refusal(const json::object& jwk) {
  const auto key = parse(jwk);
  EXPECT_FALSE(key.ok()) << json::serialize(jwk);
  if (key.ok()) return "";
  EXPECT_EQ(key.error().code, ErrorCode::kInvalid);
  return key.error().detail;
}

/// What the key `signing` signs, the key `verifying` verifies.
void expect_pair(const Key& signing, const Key& verifying) {
  ASSERT_TRUE(signing.can_sign());
  for (const Algorithm algorithm : kAlgorithms) {
    if (!signing.fits(algorithm)) continue;
    const auto signature = signing.sign(algorithm, "a text");
    ASSERT_TRUE(signature.ok());
    EXPECT_TRUE(verifying.verify(algorithm, "a text", *signature)) << name_of(algorithm);
  }
}

TEST(Jwk, PublicKeysVerifyWhatPemsSign_TOK_18) {
  struct Case {
    json::object jwk;
    std::string_view pem;
  };
  for (const Case& each : {Case{rsa(), test::kRsaPrivate}, Case{p256(), test::kP256Private},
                           Case{p384(), test::kP384Private}, Case{ed25519(), test::kEd25519Private}}) {
    const auto key = parse(each.jwk);
    ASSERT_TRUE(key.ok()) << key.error().detail;
    EXPECT_FALSE(key->key.can_sign());
    EXPECT_EQ(key->id, "");
    EXPECT_FALSE(key->algorithm);
    expect_pair(*Key::from_pem(each.pem), key->key);
  }
}

TEST(Jwk, PrivateKeysSignAndVerify_CLI_4) {
  struct Case {
    json::object jwk;
    std::string_view pem;
  };
  const json::object only_d = with(rsa(), "d", kRsaD);
  for (const Case& each : {Case{rsa_private(), test::kRsaPublic}, Case{only_d, test::kRsaPublic},
                           Case{with(p256(), "d", kP256D), test::kP256Public},
                           Case{with(p384(), "d", kP384D), test::kP384Public},
                           Case{with(ed25519(), "d", kEd25519D), test::kEd25519Public}}) {
    const auto key = parse(each.jwk);
    ASSERT_TRUE(key.ok()) << key.error().detail;
    expect_pair(key->key, *Key::from_pem(each.pem));
    expect_pair(key->key, key->key);
  }
}

TEST(Jwk, SecretsAreBytes_TOK_3) {
  const auto key = parse({{"kty", "oct"}, {"k", "AQIDBA"}, {"alg", "HS384"}});
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(key->key.secret_bytes(), 4U);
  EXPECT_EQ(key->algorithm, Algorithm::kHs384);
  EXPECT_THAT(refusal({{"kty", "oct"}, {"k", ""}}), HasSubstr("`k`"));
  EXPECT_THAT(refusal({{"kty", "oct"}}), HasSubstr("`k`"));
  const std::string pem = encode_base64url(test::kRsaPublic);
  EXPECT_THAT(refusal({{"kty", "oct"}, {"k", pem}}), HasSubstr("PEM"));
}

TEST(Jwk, KeepsIdAndAlgorithm_TOK_18) {
  const auto key = parse(with(with(rsa(), "kid", "k 1"), "alg", "PS512"));
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(key->id, "k 1");
  EXPECT_EQ(key->algorithm, Algorithm::kPs512);
  EXPECT_THAT(refusal(with(rsa(), "kid", 7)), HasSubstr("`kid`"));
  EXPECT_THAT(refusal(with(rsa(), "alg", "RSA-OAEP")), HasSubstr("`alg` \"RSA-OAEP\""));
  EXPECT_THAT(refusal(with(rsa(), "alg", "none")), HasSubstr("`alg`"));
  EXPECT_THAT(refusal(with(rsa(), "alg", nullptr)), HasSubstr("`alg`"));
  EXPECT_THAT(refusal(with(rsa(), "alg", "HS256")), HasSubstr("is an RSA key"));
  EXPECT_THAT(refusal(with(p384(), "alg", "ES256")), HasSubstr("is a P-384 key"));
}

TEST(Jwk, MustBeForSignatures_TOK_18) {
  EXPECT_TRUE(parse(with(p256(), "use", "sig")).ok());
  EXPECT_TRUE(parse(with(p256(), "key_ops", json::array{"verify"})).ok());
  EXPECT_TRUE(parse(with(p256(), "key_ops", json::array{"sign", "verify"})).ok());
  EXPECT_TRUE(parse(with(p256(), "key_ops", json::array{"sign"})).ok());
  EXPECT_THAT(refusal(with(p256(), "use", "enc")), HasSubstr("`use` is \"enc\""));
  EXPECT_THAT(refusal(with(p256(), "use", "SIG")), HasSubstr("`use`"));
  EXPECT_THAT(refusal(with(p256(), "use", 1)), HasSubstr("`use`"));
  EXPECT_THAT(refusal(with(p256(), "key_ops", json::array{"deriveKey"})), HasSubstr("`key_ops`"));
  EXPECT_THAT(refusal(with(p256(), "key_ops", json::array{})), HasSubstr("`key_ops`"));
  EXPECT_THAT(refusal(with(p256(), "key_ops", "verify")), HasSubstr("`key_ops`"));
}

TEST(Jwk, PointsLieOnTheirCurve_TOK_3) {
  EXPECT_THAT(refusal(with(p256(), "crv", "P-384")), HasSubstr("`x` of 32 bytes; it must have 48"));
  EXPECT_THAT(refusal(with(p256(), "crv", "secp256k1")), HasSubstr("secp256k1"));
  EXPECT_THAT(refusal(without(p256(), "crv")), HasSubstr("`crv`"));
  EXPECT_THAT(refusal(without(p256(), "y")), HasSubstr("`y`"));
  const json::value swapped = p256()["y"];
  EXPECT_THAT(refusal(with(p256(), "x", swapped)), HasSubstr("not on the curve"));
  const std::string zero = encode_base64url(std::string(32, '\0'));
  EXPECT_THAT(refusal(with(with(p256(), "x", zero), "y", zero)), HasSubstr("not on the curve"));
  const std::string ones = encode_base64url(std::string(32, '\xFF'));
  EXPECT_THAT(refusal(with(with(p256(), "x", ones), "y", ones)), HasSubstr("not on the curve"));
}

// RFC 7518 section 6.2.1.2. This is 379 times the generator; its x begins with a zero.
TEST(Jwk, CoordinatesHaveTheirFullLength_TOK_3) {
  json::object key = p256();
  key["y"] = "u0yFo9jqKe-q-iRAaRLdhNWxTcMr9lbvbGvVil2UP5I";
  key["x"] = "AFVDiUrz0A7X10Cr29dclrBod7eH219w7qeLkKjXwAo";
  EXPECT_TRUE(parse(key).ok());
  key["x"] = "VUOJSvPQDtfXQKvb11yWsGh3t4fbX3Dup4uQqNfACg";
  EXPECT_THAT(refusal(key), HasSubstr("`x` of 31 bytes; it must have 32"));
}

TEST(Jwk, OnlyEd25519OfItsKind_TOK_4) {
  EXPECT_THAT(refusal(with(ed25519(), "crv", "Ed448")), HasSubstr("Ed448"));
  EXPECT_THAT(refusal(with(ed25519(), "crv", "X25519")), HasSubstr("X25519"));
  EXPECT_THAT(refusal(with(ed25519(), "x", "AAAA")), HasSubstr("3 bytes"));
  EXPECT_THAT(refusal(with(ed25519(), "d", kP256D)), HasSubstr("damaged"));
}

TEST(Jwk, RsaKeysAreSound_TOK_4) {
  EXPECT_THAT(refusal(with(rsa(), "n", kWeakN)), HasSubstr("1024 bits"));
  EXPECT_THAT(refusal(with(rsa(), "n", encode_base64url(std::string(2049, '\xFF')))), HasSubstr("16384"));
  std::string even(256, '\xFF');
  even.back() = '\xFE';
  EXPECT_THAT(refusal(with(rsa(), "n", encode_base64url(even))), HasSubstr("even"));
  for (const char* exponent : {"AA", "AQ", "Ag", "AQAA", "AQAAAAAAAAAB"}) {
    EXPECT_THAT(refusal(with(rsa(), "e", exponent)), HasSubstr("RSA key")) << exponent;
  }
  EXPECT_TRUE(parse(with(rsa(), "e", "Aw")).ok());  // 3, as old keys have it
  EXPECT_THAT(refusal(without(rsa(), "e")), HasSubstr("`e`"));
  EXPECT_THAT(refusal(with(rsa_private(), "oth", json::array{})), HasSubstr("`oth`"));
  EXPECT_THAT(refusal(without(rsa_private(), "qi")), HasSubstr("`qi`"));
  std::string padded = *decode_base64url(kRsaN);
  padded.insert(0, 1, '\0');
  EXPECT_TRUE(parse(with(rsa(), "n", encode_base64url(padded))).ok());
}

TEST(Jwk, PrivatePartsBelongToThePublicOnes) {
  EXPECT_THAT(refusal(with(p256(), "d", kEd25519D)), HasSubstr("damaged"));
  EXPECT_THAT(refusal(with(p384(), "d", kP256D)), HasSubstr("`d` of 32 bytes"));
  EXPECT_THAT(refusal(with(rsa(), "d", "AQAB")), HasSubstr("damaged"));
  EXPECT_FALSE(parse(with(p256(), "d", encode_base64url(std::string(32, '\0')))).ok());
  EXPECT_FALSE(parse(with(rsa_private(), "p", "AQ")).ok());
  EXPECT_FALSE(parse(with(rsa_private(), "q", "AA")).ok());
}

TEST(Jwk, Base64urlIsStrict) {
  for (const char* bad : {"AQAB=", "AQAB==", "AQ AB", "AQ+B", "AQ/B", "A", "AR", "AQAB\n"}) {
    EXPECT_THAT(refusal(with(rsa(), "e", bad)), HasSubstr("`e`")) << bad;
  }
  EXPECT_THAT(refusal(with(rsa(), "n", 7)), HasSubstr("`n`"));
}

TEST(Jwk, MustBeAnObjectWithAType) {
  EXPECT_THAT(parse_jwk("").error().detail, HasSubstr("JSON"));
  EXPECT_THAT(parse_jwk("[]").error().detail, HasSubstr("object"));
  EXPECT_THAT(parse_jwk(R"({"kty":"oct","k":"AAAA","k":"AAAA"})").error().detail, HasSubstr("same name"));
  EXPECT_THAT(refusal({}), HasSubstr("no member `kty`"));
  EXPECT_THAT(refusal({{"kty", 1}}), HasSubstr("`kty`"));
  EXPECT_THAT(refusal({{"kty", "rsa"}}), HasSubstr("\"rsa\""));
  EXPECT_THAT(refusal({{"KTY", "oct"}, {"k", "AAAA"}}), HasSubstr("`kty`"));
}

TEST(Jwk, ErrorsQuoteNoKeyMaterial) {
  std::string broken(kP256D);
  broken.back() = '=';
  const std::string detail = refusal(with(p256(), "d", broken));
  EXPECT_THAT(detail, Not(HasSubstr(std::string(kP256D).substr(0, 8))));
}

TEST(Jwk, IsKnownFromPemAndSecret) {
  const auto jwk = parse_verification_key(json::serialize(with(with(p256(), "kid", "k1"), "alg", "ES256")));
  ASSERT_TRUE(jwk.ok());
  EXPECT_EQ(jwk->id, "k1");
  EXPECT_EQ(jwk->algorithm, Algorithm::kEs256);
  const auto pem = parse_verification_key(test::kP256Public);
  ASSERT_TRUE(pem.ok());
  EXPECT_EQ(pem->key.type(), KeyType::kP256);
  EXPECT_FALSE(pem->algorithm);
  const auto secret = parse_verification_key("a secret");
  ASSERT_TRUE(secret.ok());
  EXPECT_EQ(secret->key.type(), KeyType::kSecret);
}

std::string set_of(json::array keys) { return json::serialize(json::object{{"keys", std::move(keys)}}); }

TEST(JwkSet, HoldsWhatVerifies_TOK_18) {
  const auto set = parse_jwk_set(set_of({
      with(rsa(), "kid", "a"),
      with(with(p256(), "kid", "b"), "use", "enc"),
      with(ed25519(), "kid", "c"),
      json::object{{"kty", "oct"}, {"k", "AAAA"}, {"kid", "d"}},
      with(with(rsa(), "n", kWeakN), "kid", "e"),
      with(with(rsa(), "alg", "RSA-OAEP-256"), "kid", "f"),
      json::object{{"kty", "AKP"}, {"kid", "g"}},
      7,
      with(p384(), "key_ops", json::array{"deriveBits"}),
      with(p256(), "d", kP256D),
  }));
  ASSERT_TRUE(set.ok()) << set.error().detail;
  ASSERT_EQ(set->keys.size(), 3U);
  EXPECT_EQ(set->keys[0].id, "a");
  EXPECT_EQ(set->keys[1].id, "c");
  EXPECT_EQ(set->keys[2].key.type(), KeyType::kP256);
  EXPECT_THAT(set->skipped,
              ElementsAre(HasSubstr("key 2 (\"b\") is not for signatures"),
                          HasSubstr("key 4 (\"d\") is a shared secret"), HasSubstr("key 5 (\"e\") is an RSA"),
                          HasSubstr("key 6 (\"f\") has `alg`"), HasSubstr("key 7 (\"g\") has `kty`"),
                          HasSubstr("key 8 is not an object"), HasSubstr("key 9 is not for signatures")));
}

TEST(JwkSet, MayBeEmptyAndHaveOtherMembers_TOK_18) {
  const auto set = parse_jwk_set(R"({"keys":[],"more":1})");
  ASSERT_TRUE(set.ok());
  EXPECT_TRUE(set->keys.empty());
}

TEST(JwkSet, MustBeASet_TOK_18) {
  const auto refused = [](std::string_view text) {
    const auto set = parse_jwk_set(text);
    EXPECT_FALSE(set.ok()) << text;
    return set.ok() ? "" : set.error().detail;
  };
  EXPECT_THAT(refused(""), HasSubstr("JSON"));
  EXPECT_THAT(refused("[]"), HasSubstr("JSON"));
  EXPECT_THAT(refused("<html>"), HasSubstr("JSON"));
  EXPECT_THAT(refused("{}"), HasSubstr("`keys`"));
  EXPECT_THAT(refused(R"({"keys":{}})"), HasSubstr("`keys`"));
  EXPECT_THAT(refused(json::serialize(rsa())), HasSubstr("`keys`"));
  json::array many;
  for (std::size_t i = 0; i <= kMostJwkSetKeys; ++i) many.push_back(ed25519());
  EXPECT_THAT(refused(set_of(many)), HasSubstr("257 keys"));
}

}  // namespace
}  // namespace cinnabar
