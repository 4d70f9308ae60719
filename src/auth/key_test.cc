// SPDX-License-Identifier: Apache-2.0
#include "auth/key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "auth/base64url.h"
#include "auth/testing/keys.h"

namespace cinnabar {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kText = "a text";

std::string refusal(const Result<Key>& key) {
  EXPECT_FALSE(key.ok());
  if (key.ok()) return "";
  EXPECT_EQ(key.error().code, ErrorCode::kInvalid);
  return key.error().detail;
}

/// The DER inside of a PEM with one block.
std::string der_of(std::string_view pem) {
  const std::size_t begin = pem.find('\n') + 1;
  std::string text(pem.substr(begin, pem.find("-----END") - begin));
  std::string url;
  for (const char c : text) {
    if (c == '+') url += '-';
    if (c == '/') url += '_';
    if (c != '+' && c != '/' && c != '\n' && c != '=') url += c;
  }
  return *decode_base64url(url);
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST(Key, SecretsSignAndVerify_TOK_3) {
  const auto key = Key::from_secret("a secret");
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(key->type(), KeyType::kSecret);
  EXPECT_EQ(key->secret_bytes(), 8U);
  EXPECT_TRUE(key->can_sign());
  EXPECT_EQ(refusal(Key::from_secret("")), "is empty");
}

// Whoever knows a public key could sign if it served as a secret.
TEST(Key, AKeyOfAnotherKindIsNeverASecret_TOK_3_TOK_19) {
  const std::vector<std::string_view> pems = {
      test::kRsaPublic,       test::kRsaPublicPkcs1, test::kRsaPrivate,
      test::kP256Public,      test::kP256Private,    test::kP256PrivateSec1,
      test::kP256Certificate, test::kEd25519Public,  test::kEncryptedPkcs8};
  for (const std::string_view pem : pems) {
    EXPECT_THAT(refusal(Key::from_secret(std::string(pem))), HasSubstr("is a PEM"));
    EXPECT_THAT(refusal(Key::from_secret(" x\n" + std::string(pem))), HasSubstr("is a PEM"));
  }
  EXPECT_THAT(refusal(Key::from_secret(" {\"kty\":\"RSA\", broken")), HasSubstr("is a JWK"));
  for (const std::string_view pem : {test::kRsaPublic, test::kRsaPrivate, test::kP256Public,
                                     test::kP256Certificate, test::kEd25519Public, test::kEd25519Private}) {
    EXPECT_THAT(refusal(Key::from_secret(der_of(pem))), HasSubstr("DER"));
  }
  EXPECT_THAT(refusal(Key::from_secret("ssh-ed25519 AAAA me@example")), HasSubstr("OpenSSH"));
  EXPECT_TRUE(Key::from_secret("0 sequence-like secret of more than 32 bytes").ok());
  EXPECT_TRUE(Key::from_secret("{a secret}").ok());
}

TEST(Key, ReadsEachPem_TOK_3) {
  struct Case {
    std::string_view pem;
    KeyType type;
    bool can_sign;
  };
  const std::vector<Case> cases = {
      {test::kRsaPrivate, KeyType::kRsa, true},         {test::kRsaPrivatePkcs1, KeyType::kRsa, true},
      {test::kRsaPublic, KeyType::kRsa, false},         {test::kRsaPublicPkcs1, KeyType::kRsa, false},
      {test::kP256Private, KeyType::kP256, true},       {test::kP256PrivateSec1, KeyType::kP256, true},
      {test::kP256Public, KeyType::kP256, false},       {test::kP256Certificate, KeyType::kP256, false},
      {test::kP384Private, KeyType::kP384, true},       {test::kP384Public, KeyType::kP384, false},
      {test::kP521Private, KeyType::kP521, true},       {test::kP521Public, KeyType::kP521, false},
      {test::kEd25519Private, KeyType::kEd25519, true}, {test::kEd25519Public, KeyType::kEd25519, false}};
  for (const Case& each : cases) {
    const auto key = Key::from_pem(each.pem);
    ASSERT_TRUE(key.ok()) << key.error().detail << '\n' << each.pem;
    EXPECT_EQ(key->type(), each.type);
    EXPECT_EQ(key->can_sign(), each.can_sign);
    EXPECT_EQ(key->secret_bytes(), 0U);
    for (const Algorithm algorithm : kAlgorithms) {
      EXPECT_EQ(key->fits(algorithm), key_type_of(algorithm) == each.type);
      EXPECT_EQ(key->sign(algorithm, kText).ok(), each.can_sign && key->fits(algorithm));
    }
  }
}

TEST(Key, PublicHalvesVerifyWhatPrivateOnesSign_TOK_3) {
  const auto signature = Key::from_pem(test::kP256Private)->sign(Algorithm::kEs256, kText);
  for (const std::string_view pem :
       {test::kP256PrivateSec1, test::kP256Public, test::kP256Certificate, test::kP256Private}) {
    EXPECT_TRUE(Key::from_pem(pem)->verify(Algorithm::kEs256, kText, *signature));
  }
  const auto rsa = Key::from_pem(test::kRsaPrivatePkcs1)->sign(Algorithm::kPs256, kText);
  for (const std::string_view pem : {test::kRsaPrivate, test::kRsaPublic, test::kRsaPublicPkcs1}) {
    EXPECT_TRUE(Key::from_pem(pem)->verify(Algorithm::kPs256, kText, *rsa));
  }
}

TEST(Key, TheFirstOfAChainCounts) {
  const std::string chain = std::string(test::kP256Certificate) + std::string(test::kP256Certificate);
  EXPECT_EQ(Key::from_pem(chain)->type(), KeyType::kP256);
  const std::string both = std::string(test::kP256Certificate) + std::string(test::kEd25519Private);
  EXPECT_EQ(Key::from_pem(both)->type(), KeyType::kEd25519);
  EXPECT_THAT(refusal(Key::from_pem(std::string(test::kRsaPublic) + std::string(test::kP256Public))),
              HasSubstr("several keys"));
}

TEST(Key, RefusesWhatIsWeakOrUnknown_TOK_4) {
  EXPECT_THAT(refusal(Key::from_pem(test::kRsa1024Public)), HasSubstr("1024 bits"));
  EXPECT_THAT(refusal(Key::from_pem(test::kSecp256k1Public)), HasSubstr("secp256k1"));
  EXPECT_THAT(refusal(Key::from_pem(test::kEd448Public)), HasSubstr("ED448"));
  EXPECT_THAT(refusal(Key::from_pem(test::kX25519Public)), HasSubstr("X25519"));
  EXPECT_THAT(refusal(Key::from_pem(test::kRsaPssPublic)), HasSubstr("RSASSA-PSS"));
}

// OpenSSL would ask for the password on the terminal.
TEST(Key, RefusesEncryptedKeys) {
  for (const std::string_view pem : {test::kEncryptedPkcs8, test::kEncryptedSec1}) {
    EXPECT_THAT(refusal(Key::from_pem(pem)), HasSubstr("encrypted with a password"));
  }
}

TEST(Key, RefusesBrokenPems) {
  const std::string good(test::kP256Public);
  EXPECT_THAT(refusal(Key::from_pem("")), HasSubstr("cannot be read"));
  EXPECT_THAT(refusal(Key::from_pem("-----BEGIN PUBLIC KEY-----")), HasSubstr("cannot be read"));
  for (std::size_t size = 30; size + 2 < good.size(); size += 7) {
    EXPECT_THAT(refusal(Key::from_pem(good.substr(0, size))), HasSubstr("cannot be read")) << size;
  }
  EXPECT_THAT(refusal(Key::from_pem(with(good, "BEGIN PUBLIC", "BEGIN PRIVATE"))), HasSubstr("cannot be"));
  EXPECT_THAT(
      refusal(Key::from_pem(with(with(good, "BEGIN PUBLIC", "BEGIN PRIVATE"), "END PUBLIC", "END PRIVATE"))),
      HasSubstr("cannot be read"));
  EXPECT_THAT(refusal(Key::from_pem(with(with(good, "BEGIN PUBLIC", "BEGIN DSA"), "END PUBLIC", "END DSA"))),
              HasSubstr("\"DSA KEY\""));
  EXPECT_THAT(refusal(Key::from_pem("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"
                                    "-----END OPENSSH PRIVATE KEY-----\n")),
              HasSubstr("ssh-keygen"));
  EXPECT_THAT(refusal(Key::from_pem(std::string(300 * 1024, ' '))), HasSubstr("256 KiB"));
}

TEST(Key, PemsMayBeIndented) {
  std::string indented = "  ";
  for (const char c : test::kEd25519Private) {
    if (c == '\n') indented += "\t\r";
    indented += c;
    if (c == '\n') indented += "    ";
  }
  const auto key = Key::from_pem(indented);
  ASSERT_TRUE(key.ok()) << key.error().detail;
  EXPECT_TRUE(key->can_sign());
}

TEST(Key, ErrorsQuoteNothingOfTheKey) {
  std::string broken(test::kP256Private);
  broken[30] = '!';  // in the middle of the base64
  const std::string detail = refusal(Key::from_pem(broken));
  EXPECT_THAT(detail, Not(HasSubstr(broken.substr(40, 20))));
}

TEST(Key, ParsesWhatPeopleConfigure) {
  EXPECT_EQ(Key::parse("a secret")->type(), KeyType::kSecret);
  EXPECT_EQ(Key::parse(test::kEd25519Public)->type(), KeyType::kEd25519);
  EXPECT_EQ(Key::parse("  " + std::string(test::kRsaPublic))->type(), KeyType::kRsa);
  EXPECT_EQ(Key::parse(R"( {"kty":"oct","k":"AAAA"})")->secret_bytes(), 3U);
  EXPECT_THAT(refusal(Key::parse(R"({"kty":"oct","k":"AAAA")")), HasSubstr("JWK"));
  EXPECT_THAT(refusal(Key::parse("-----BEGIN x")), HasSubstr("PEM"));
  EXPECT_EQ(refusal(Key::parse("")), "is empty");
}

TEST(Key, ServesAllThreads) {
  const Key signing = *Key::from_pem(test::kRsaPrivate);
  const Key verifying = *Key::from_pem(test::kRsaPublic);
  const std::string signature = *signing.sign(Algorithm::kRs256, kText);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 50; ++j) {
        EXPECT_TRUE(verifying.verify(Algorithm::kRs256, kText, signature));
        EXPECT_FALSE(verifying.verify(Algorithm::kPs256, kText, signature));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace cinnabar
