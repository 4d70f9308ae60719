// SPDX-License-Identifier: Apache-2.0
#include "auth/signature.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "auth/base64url.h"
#include "auth/ecdsa_format.h"
#include "auth/jws.h"
#include "auth/key.h"
#include "auth/testing/keys.h"

namespace cinnabar {
namespace {

constexpr std::string_view kSecret = "a secret of at least 64 bytes, so that it is good for HS512 as well...";
constexpr std::string_view kText = "a text";

struct Foreign {
  Algorithm algorithm;
  std::string_view key;
  std::string_view token;
};

// Made with PyJWT 2.6.0 and the private halves of these keys.
constexpr Foreign kForeign[] = {
    {Algorithm::kHs256, kSecret,
     "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.NbjgNvxH1E53UHBThVJXyhATWNDeYtyzHC2YupuGUK"
     "M"},
    {Algorithm::kHs384, kSecret,
     "eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.aMZVjjNX9Dl1Y4Pm_vFfiod5MxAbHLLZ7zEijVyUgj"
     "s6ceO748b88aI6lDtTdpuQ"},
    {Algorithm::kHs512, kSecret,
     "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.ZaAlwbDrP1ivrMsSHqijijYJBnx2TAgpdylM8L4mTk"
     "OGD-dUm9L9gl-2J0RIXDS9NjKwNVu753Ol0Sd-gdTlcw"},
    {Algorithm::kRs256, test::kRsaPublic,
     "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.myr0cUYj3jDmzrkNcwv9BhtikUeSBWtz5s626dpo_6"
     "iRNB2ZUm9CQOWtP6fi6PWlJfGzKx1Q1QeagDtzJ6saammQFH8p8PTBloKvRl7qZCkQD1fHUgPyGupb54kY9SdLiDSK"
     "VXmgpap1JeB8Vknl96B1N58n92E0C6fa9_R3zJvD_injMKl022Mp3kh5p0fkCzmQu3iFnw8pMjVr16L3tUcx7UtNFp"
     "Ojmndf-Q6Y3JMK7tnXdincr-PnkOpaRKqL_Xw-T4rmI8TmRK0Osy_lXK5GwP3kh-n6Mm0O8K9nwAmWkJ4QBH1Cmj1g"
     "GdVcI3QmpZd8BY7MgO3q8XXzL8UnLg"},
    {Algorithm::kRs384, test::kRsaPublic,
     "eyJhbGciOiJSUzM4NCIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.Ul91lJSMLUxXF1eSc2TvpyRb5iJezhFy3NlS0xg0qE"
     "PPmq2-qVQsO_RAy-36QQ4rFzO62VqeNuQ9oCYjRt7xuLAwHE2UUSNDZwkaodOB1DNydUu4gTnPIaTyxGiEON9uDSTE"
     "NwgzBtRa9CjZckGJmhH26lQkGsXGXdvQu5Wjk3BqnLQNW9S4iW7i4FzamKo3iK2xbaG7_8f14eFdq4drrdtz10MYij"
     "2zm5PO62T7JcaR0PKhmNwQkWnopnagcnfBDnE09euI2suZYxk_WKYgFDC_ESI_dBYhO_bIGs3oW1ogwPKsl4TU_2xJ"
     "WN8ntXbj-wK-aqZzs8QceN0kmnMDMA"},
    {Algorithm::kRs512, test::kRsaPublic,
     "eyJhbGciOiJSUzUxMiIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.hJI7mIFeJ2FlcYcVBVJYHSgytRMDUs81cl8lVaw8kf"
     "cap8rYC9NlNWwHIxUN7arQMV_QA4lngg9KwcU3gi3y53rTC6wApryKwR2hqBqj27DI8ctykssmW6L9DM2RaHhnAbhd"
     "kxbJD8Fcxw6WgJIp94m3cvP5n5jsI6GUsihBweA2JFEqW0lqdHARXmkAGPjIYSoYwGWPHHvw4lu6wuAN9QbYLewf_5"
     "OhES50EWSnpqnQzFe6GjFoOy_OrgdiRwRrNkViFZ8cpPXt8f60VmD1s_KoW9Yvo3shwOmiFi16rgUVe_Jr4OPhQxOn"
     "kbMUdcEBMDT9NukX3u4MR-Uuu2K8BQ"},
    {Algorithm::kPs256, test::kRsaPublic,
     "eyJhbGciOiJQUzI1NiIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.VRW4SlsN_Aa8Y_vWvkKOJViDn2JDtM9jEuGZkmhVnA"
     "ZCOFFD52GTAAp--K9-QAVsEBKtZlPgFBIeAZxtWHpQjv_RhZoFHeNXW4uLrZtoqxG-TU7sQouhoMxjjhjp-QFscEgS"
     "T2pVRWYqhoVLfI7-u2pQbPF8GU-kYHH9ZAMjhD7tsgCULdM4orjbEjhapxC3tMsMudZ-_cGAnHnxic6lyn1g9eTJzb"
     "_Glk-VcW9HfUHBDmS9Ucq35Q8H2L-W_XxX5RqEVXjaHFt58QJ9NRZRB348B6lKEa3ESeosy8C8h7pdCmAh2CWxgAeE"
     "00LB3LJZNRSHIg8fAiS1POB2a84NkA"},
    {Algorithm::kPs384, test::kRsaPublic,
     "eyJhbGciOiJQUzM4NCIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.jVZQNclo6A3XSwSIYS7DfdUmWrzhaex5uN_rG3DmR3"
     "FhtLtxEPE5lhz7kv91GuH8kR7drXMrNaKRyIAHX0JYwOYhfe2Ybyly6LBp0Z9No6BUSKPmm5moQLHfgvMwC6nl6Cp0"
     "_jNUumGDyFnFlzdgTwyyTT5rJEBKnqy4RaDk10IyL-qOlDh2g_pBJZN_UEiD6cWSvv4lg4S8z7i7SOymUhRkML9w8Z"
     "zaz_j7zJozkQ5WvFXVprRDQATi-J_9LLz55-A1khsd7kHwuOpXBs6Nuv3b489QDgPNQOolc9-4evqWDz_lyxRHouZP"
     "5Ie9vws5HhYWFnuy3jZBIjZ_04GoEA"},
    {Algorithm::kPs512, test::kRsaPublic,
     "eyJhbGciOiJQUzUxMiIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.Oet00oMVRD3HLxrmV-5VXkz2NTx1ONP_TIMpAViq8w"
     "5bkIa3GgKqX8aFlMOCmDGZOmMZN0dfDHogimIfhMivLz2yLoGBymljKjC2giyXmV9Al558obE4gRr-kmsdgBocAKTE"
     "6o_LA6NEeIrDc62lxJJykodHzXOCcMBCP_DASd8S93Ipryk2QakaJQdC4bes7uiiuhm80JJuKeVS-V35kl-q_WfZcS"
     "jbhuEHu6SvYsw_rktzsKBSADakCilGCRDCfHdIuxqr-1AFwax2BZiqztawtP-QVf_IQshwDEcYr7OR8bCD8f9DeIPy"
     "48zfbLCyj8en-8tAMf63jX9GVZacmQ"},
    {Algorithm::kEs256, test::kP256Public,
     "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.shL1gUctLLhdB-wGfz3Sjx3aYSWL0SqRFdeB5IiNqt"
     "SthgP9vggNmXk0DEAm91zqLIl6Xsl4BmoBkw13fHbQMA"},
    {Algorithm::kEs384, test::kP384Public,
     "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.kndUQ5c2ibU8Y3jBLmoEHy5kEgyP-74Uv1vYq6dSbf"
     "fvjW1GbyoDp65hvobiqgEJvacv0xOsoh01r356H7VFVKUCFAGV9cTAzaCvnaWLAyaWa4Zs7vZBv3CI6N5ntcqm"},
    {Algorithm::kEs512, test::kP521Public,
     "eyJhbGciOiJFUzUxMiIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.ANXuEccoGDC-R7nTjLBcpKobDgimreFkx5a2ECh2DX"
     "Pq6i0J17qHHECxAv4Rk5pB7ID-WuB7K8DaYHGyl-eUdhbMADI36t7pEzZbROJgIIf7N6ryvtGSjG_wKC8qzcRYohvC"
     "le-h2OtiR_R1Mn2qme9OWN8sSjrSRv5HEEpSGC4Y8oQ2"},
    {Algorithm::kEdDsa, test::kEd25519Public,
     "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.lpeUjprDsTEQ9wvvI5io5w1JNHS3HlMM7iGdPn-XKQ"
     "4ttAAM4Gk6jrYlbvi5tLX5l_PnpNIItcXxQVGR7tGHDg"},
};

struct Pair {
  Algorithm algorithm;
  Key signing;
  Key verifying;
};

/// Each algorithm with a key that signs and one that verifies.
std::vector<Pair> pairs() {
  const auto pem = [](std::string_view text) { return *Key::from_pem(text); };
  const Key secret = *Key::from_secret(std::string(kSecret));
  const std::vector<std::pair<Key, Key>> keys = {{secret, secret},
                                                 {pem(test::kRsaPrivate), pem(test::kRsaPublic)},
                                                 {pem(test::kP256Private), pem(test::kP256Public)},
                                                 {pem(test::kP384Private), pem(test::kP384Public)},
                                                 {pem(test::kP521Private), pem(test::kP521Public)},
                                                 {pem(test::kEd25519Private), pem(test::kEd25519Public)}};
  std::vector<Pair> result;
  for (const Algorithm algorithm : kAlgorithms) {
    for (const auto& [signing, verifying] : keys) {
      if (signing.fits(algorithm)) result.push_back({algorithm, signing, verifying});
    }
  }
  return result;
}

TEST(Signature, VerifiesThoseOfAnotherImplementation_TOK_3_TOK_4) {
  std::set<Algorithm> seen;
  for (const Foreign& foreign : kForeign) {
    const Key key = *Key::parse(foreign.key);
    const auto jws = decode_compact_jws(foreign.token);
    ASSERT_TRUE(jws.ok());
    EXPECT_TRUE(key.verify(foreign.algorithm, jws->signing_input, jws->signature))
        << name_of(foreign.algorithm);
    EXPECT_FALSE(key.verify(foreign.algorithm, std::string(jws->signing_input) + "x", jws->signature));
    seen.insert(foreign.algorithm);
  }
  EXPECT_EQ(seen.size(), kAlgorithms.size());
}

TEST(Signature, VerifiesItsOwn_TOK_4) {
  const std::vector<Pair> all = pairs();
  EXPECT_EQ(all.size(), kAlgorithms.size());
  for (const Pair& pair : all) {
    const auto signature = pair.signing.sign(pair.algorithm, kText);
    ASSERT_TRUE(signature.ok()) << name_of(pair.algorithm);
    EXPECT_TRUE(pair.verifying.verify(pair.algorithm, kText, *signature)) << name_of(pair.algorithm);
    EXPECT_TRUE(pair.signing.verify(pair.algorithm, kText, *signature)) << name_of(pair.algorithm);
    const auto of_nothing = pair.signing.sign(pair.algorithm, "");
    ASSERT_TRUE(of_nothing.ok());
    EXPECT_TRUE(pair.verifying.verify(pair.algorithm, "", *of_nothing));
  }
}

TEST(Signature, IsOfOneAlgorithmAlone_TOK_3) {
  for (const Pair& made : pairs()) {
    const std::string signature = *made.signing.sign(made.algorithm, kText);
    for (const Pair& other : pairs()) {
      EXPECT_EQ(other.verifying.verify(made.algorithm, kText, signature),
                made.verifying.type() == other.verifying.type());
      if (other.algorithm == made.algorithm) continue;
      EXPECT_FALSE(other.verifying.verify(other.algorithm, kText, signature))
          << name_of(made.algorithm) << " as " << name_of(other.algorithm);
    }
  }
}

TEST(Signature, HasOneLength_TOK_3) {
  for (const Pair& pair : pairs()) {
    const std::string good = *pair.signing.sign(pair.algorithm, kText);
    const auto refused = [&](const std::string& signature) {
      EXPECT_FALSE(pair.verifying.verify(pair.algorithm, kText, signature))
          << name_of(pair.algorithm) << ' ' << signature.size();
    };
    refused("");
    refused(good.substr(1));
    refused(good.substr(0, good.size() - 1));
    refused(good + '\0');
    refused('\0' + good);
    refused(good + good);
    refused(std::string(good.size(), '\0'));
    refused(std::string(good.size(), '\xFF'));
  }
}

TEST(Signature, NoBitMayDiffer_TOK_3) {
  for (const Pair& pair : pairs()) {
    const std::string good = *pair.signing.sign(pair.algorithm, kText);
    for (std::size_t i = 0; i < good.size(); i += 5) {
      std::string changed = good;
      changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
      EXPECT_FALSE(pair.verifying.verify(pair.algorithm, kText, changed)) << name_of(pair.algorithm) << i;
    }
  }
}

TEST(Signature, EcdsaIsNeverDer_TOK_3) {
  for (const Pair& pair : pairs()) {
    const KeyType curve = pair.signing.type();
    if (coordinate_bytes(curve) == 0) continue;
    const std::string good = *pair.signing.sign(pair.algorithm, kText);
    EXPECT_EQ(good.size(), 2 * coordinate_bytes(curve));
    EXPECT_FALSE(pair.verifying.verify(pair.algorithm, kText, *ecdsa_to_der(good, curve)));
  }
}

// CVE-2022-21449: r = s = 0 verified everything.
TEST(Signature, EcdsaHalvesAreNotZero_TOK_3) {
  for (const Pair& pair : pairs()) {
    const std::size_t half = coordinate_bytes(pair.signing.type());
    if (half == 0) continue;
    const std::string good = *pair.signing.sign(pair.algorithm, kText);
    const std::string zero(half, '\0');
    EXPECT_FALSE(pair.verifying.verify(pair.algorithm, kText, zero + good.substr(half)));
    EXPECT_FALSE(pair.verifying.verify(pair.algorithm, kText, good.substr(0, half) + zero));
    EXPECT_FALSE(pair.verifying.verify(pair.algorithm, kText, zero + zero));
  }
}

// RFC 7518 section 3.5: the salt is as long as the hash, and MGF1 uses that hash. These are of kRsaPrivate on
// kText, by Python's cryptography.
TEST(Signature, PssHasOneForm_TOK_3) {
  const Key key = *Key::from_pem(test::kRsaPublic);
  const auto verifies = [&](std::string_view signature) {
    return key.verify(Algorithm::kPs256, kText, *decode_base64url(signature));
  };
  EXPECT_TRUE(
      verifies("C6wa9xdpYS4YEAkCDR7HEx2WsmTqrks3ISZmkWb5yT2XhqEdmrN0rGMFn2zP6VQdAE87vfHt4Tw3Rx9qE1QTW49--9"
               "a18ggNHqXl7rT6qByqlTXLF2ONBuo6gttBPOIaGIelB72YIWGn65Og1OOFhSsg0GvrrHKeZ5QKrlPqqea-JMB7N0pl"
               "wRVvCPAOug-yXeB2eE8kyJhIoYyarx0RUl8Ou8lF5aoV5aHLjiNffWXsJue47oeuanM0a_jmqUTkLNE7oo-YaJL_2K"
               "7sNEKqDJTf4KbaVYO8iOFfhUl-on-RTdspRDnn2SrFpVhrXphLsEJzlvajxQtH1TvhBixcFg"))
      << "salt of 32 bytes";
  EXPECT_FALSE(
      verifies("SsyHAkEkOZa5ysguWKmT-FWgYqIJU4pSGykafL-TlL6wXMJePI3p5-7gRuBpGiWuf2PjJMfJ9_F9WobT6SSUgcJwsl"
               "CL4mMFFHjLEtCGKxD1qd2q5uffZkhDfRYm_mzmDL8xYsn37iXpmV2owX_k-_oqz-xYg71aly_eKJiGo-zNrlK41uPc"
               "DqNfhUe5SD6CcBtzXLbq0lLJeGnOTY36R5Ocwc15PoMYQbdDIjaF5umue3bybBxpr7v6SzO9g4z_Yd2QVzTRc9k0CE"
               "I1dQZVyHE3etd9hiTiNPuC48eLy4gE6JzI1XvFAgHyj5Myv9F30QXoi7BazFG3PojAdcVB0g"))
      << "no salt";
  EXPECT_FALSE(
      verifies("hyRahk8LGZqyy3BDM6TNgfboOQA8VyCs9S25UGPFmnJUEJkoVr5uI5qgEdcK5hKwa1nMFBwjgI3CVKRQCAja9sv3m3"
               "D7rcQx6Cn-RJ7pNcBmE-xeN7wavysPwG22w_e0tUmkRErNyHW6QJil0clonLuBEWXkddbapL7luXjV-6ti_Bfg_kJx"
               "n7OHTQLLgzMVNzKooe1hnTtoL14Xxp1kUBrTZU_65yeWuRdDCP0xkGKuxB9Xv1rEF73VxGCMzxBAEsqni6WDytn-o-"
               "KSFnaJhVEz37fXjqnTK7hOoqwM8a0vGi1iwm4uwhysTWLbBMAkUDxBzE13qKpl70f9Zx7sPg"))
      << "the longest salt";
  EXPECT_FALSE(
      verifies("P2NaHQICO18iNt2GpJGAMPqIRWgkeQPzRui36dcVQppYhkzlTtkHOGcDMqw_H_XFGzm2hEqUubx-rnQSXN1P40JbG1"
               "ZopLiM72fmSxi-TfVZafw31gSZUcoiMqaAzJL6O9MWmD45ZtgtdeCSUOBv-G3Nva5G25rETRoA3QJV1BYH8J8rgwBv"
               "TgLq9E2qCbXm17yDsOQVTyGxx6d7rBCbBx9v_W6AYXdI5EiH27BeKS7fGXUDyTHsEeCZQ7XWT8vZqjdtGW6_FOV3nk"
               "J1Nrc7w5UTgIfvR50TLbFs7-tepPC2McwyCOKigwG45CAT0APb3jxdHKlAH_cAgLph5RrvHQ"))
      << "MGF1 with SHA-1";
}

TEST(Signature, LeavesNoErrorsToTls) {
  for (const Pair& pair : pairs()) {
    ERR_clear_error();
    EXPECT_FALSE(pair.verifying.verify(pair.algorithm, kText, std::string(256, 'x')));
    EXPECT_FALSE(pair.verifying.verify(pair.algorithm, kText, std::string(64, 'x')));
    EXPECT_EQ(ERR_peek_error(), 0U) << name_of(pair.algorithm);
  }
  EXPECT_FALSE(Key::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n").ok());
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace cinnabar
