// SPDX-License-Identifier: Apache-2.0
#include "app/token_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "app/config_convert.h"
#include "app/dev.h"
#include "app/test_directory.h"
#include "auth/base64url.h"
#include "auth/test_tokens.h"
#include "auth/testing/keys.h"

namespace cinnabar {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kNow = 1'800'000'000;
constexpr std::int64_t kHour = 3600;
constexpr const char* kHub = "https://hub.example.com/.well-known/mercure";

class TokenCommand : public testing::Test {
 protected:
  TokenCommand() {
    request_.issuer = "https://a.example";
    request_.audience = kHub;
    request_.key.key = std::string(32, 'k');
    request_.publish = {"https://example.com/books/1"};
    environment_["CINNABAR_DEV_DIR"] = directory_.file("dev");
  }

  int run() {
    std::istringstream in(input_);
    std::ostringstream out;
    std::ostringstream err;
    const int code = token_command(request_, environment_, kNow, in, out, err);
    out_ = out.str();
    err_ = err.str();
    return code;
  }
  /// The token that run() printed, without its line feed (CLI-1).
  std::string token() {
    EXPECT_EQ(run(), 0) << err_;
    EXPECT_FALSE(out_.empty());
    EXPECT_EQ(out_.find('\n'), out_.size() - 1);
    return out_.substr(0, out_.size() - 1);
  }
  static bool good(const std::string& token, const std::string& key, std::int64_t at,
                   Algorithm algorithm = Algorithm::kHs256, Role role = Role::kPublisher) {
    const test::Signer by{*Key::parse(key), algorithm};
    const TokenVerifier verifier({test::issuer("https://a.example", {by}, {by})}, {});
    return test::judge(verifier, token, role, kHub, at * 1000).ok();
  }

  TestDirectory directory_;
  Environment environment_;
  TokenRequest request_;
  std::string input_;
  std::string out_;
  std::string err_;
};

TEST_F(TokenCommand, MintsForAnHourByDefault) {  // CLI-2, CLI-3
  const std::string made = token();
  EXPECT_EQ(err_, "");
  EXPECT_TRUE(good(made, request_.key.key, kNow));
  EXPECT_TRUE(good(made, request_.key.key, kNow + kHour - 1));
  EXPECT_FALSE(good(made, request_.key.key, kNow + 2 * kHour));
  EXPECT_FALSE(good(made, "another key", kNow));
}

TEST_F(TokenCommand, LifetimeAndAlgorithm) {
  request_.lifetime = "2d";
  request_.key.algorithm = "HS512";
  const std::string made = token();
  EXPECT_TRUE(good(made, request_.key.key, kNow + 47 * kHour, Algorithm::kHs512));
  EXPECT_FALSE(good(made, request_.key.key, kNow, Algorithm::kHs256));
}

TEST_F(TokenCommand, KeyFromFileAndStandardInput) {  // CLI-4
  request_.key.key = "@" + directory_.write("lf", "secret\n");
  EXPECT_TRUE(good(token(), "secret", kNow));
  request_.key.key = "@" + directory_.write("crlf", "secret\r\n");
  EXPECT_TRUE(good(token(), "secret", kNow));
  request_.key.key = "@" + directory_.write("two", "secret\n\n");
  EXPECT_TRUE(good(token(), "secret\n", kNow));
  request_.key.key = "@-";
  input_ = "from stdin\n";
  EXPECT_TRUE(good(token(), "from stdin", kNow));
}

TEST_F(TokenCommand, WhatIsMissingIsNamed) {
  const TokenRequest complete = request_;
  const auto error_without = [&](auto member) {
    request_ = complete;
    request_.*member = {};
    EXPECT_EQ(run(), 1);
    EXPECT_EQ(out_, "");
    return err_;
  };
  EXPECT_THAT(error_without(&TokenRequest::issuer), HasSubstr("cinnabar token: --iss is missing"));
  EXPECT_THAT(error_without(&TokenRequest::audience), HasSubstr("--aud is missing"));
  EXPECT_THAT(error_without(&TokenRequest::key), HasSubstr("--key is missing"));
  EXPECT_THAT(error_without(&TokenRequest::publish), HasSubstr("a token must grant something"));
}

TEST_F(TokenCommand, WrongValues) {
  const TokenRequest complete = request_;
  const auto error_of = [&](const std::string& value) {
    EXPECT_EQ(run(), 1) << value;
    EXPECT_EQ(out_, "");
    return err_;
  };
  const auto error_with = [&](std::string TokenRequest::*member, const std::string& value) {
    request_ = complete;
    request_.*member = value;
    return error_of(value);
  };
  const auto error_with_key = [&](std::string TokenKeyRequest::*member, const std::string& value) {
    request_ = complete;
    request_.key.*member = value;
    return error_of(value);
  };
  EXPECT_THAT(error_with(&TokenRequest::lifetime, "soon"),
              HasSubstr("--exp must be a duration such as \"40s\" or \"2m\", got \"soon\""));
  EXPECT_THAT(error_with(&TokenRequest::lifetime, "999ms"), HasSubstr("--exp must be at least 1s"));
  EXPECT_THAT(error_with_key(&TokenKeyRequest::algorithm, "none"), HasSubstr("--alg: "));
  EXPECT_THAT(error_with_key(&TokenKeyRequest::key, "@" + directory_.file("missing")),
              HasSubstr("--key: cannot read "));
  EXPECT_THAT(error_with_key(&TokenKeyRequest::key, "@" + directory_.write("empty", "\n")),
              HasSubstr("--key: the key is empty"));
  EXPECT_THAT(error_with(&TokenRequest::payload, "[1]"), HasSubstr("cinnabar token: "));  // CLI-6
  EXPECT_THAT(error_with(&TokenRequest::payload, "{"), HasSubstr("cinnabar token: "));
  EXPECT_THAT(error_with(&TokenRequest::protocol, "2"), HasSubstr("--protocol must be 1.0 or 0.x"));
  const std::string pem = error_with_key(&TokenKeyRequest::key, "-----BEGIN PRIVATE KEY-----\nMIGH\n");
  EXPECT_THAT(pem, HasSubstr("--key: the key is a PEM that cannot be read"));
  EXPECT_THAT(pem, Not(HasSubstr("MIGH")));
}

TEST_F(TokenCommand, PrettyGoesToStandardError) {
  request_.pretty = true;
  request_.key.key_id = "k1";
  request_.payload = R"({"name":"Ada","empty":{},"list":[1,true,null]})";
  request_.subscribe = {"*"};
  token();
  EXPECT_THAT(err_, HasSubstr("\"typ\": \"at+jwt\""));
  EXPECT_THAT(err_, HasSubstr("\"kid\": \"k1\""));
  EXPECT_THAT(err_, HasSubstr("\"iss\": \"https://a.example\""));
  EXPECT_THAT(err_, HasSubstr("\"name\": \"Ada\""));
  EXPECT_THAT(err_, HasSubstr("\"empty\": {}"));
  EXPECT_THAT(err_, Not(HasSubstr(request_.key.key)));
}

TEST_F(TokenCommand, DevFillsInWhatIsMissing_CLI_5) {  // with a random key
  request_ = {};
  request_.dev = true;
  const std::string made = token();
  const Config config = dev_config(*open_dev_state(environment_));
  const TokenVerifier verifier(issuers(config, [] {}), config.hub.limits);
  EXPECT_TRUE(test::judge(verifier, made, Role::kPublisher, kDevResource, kNow * 1000).ok());
  EXPECT_TRUE(test::judge(verifier, made, Role::kSubscriber, kDevResource, (kNow + 23 * kHour) * 1000).ok());
}

TEST_F(TokenCommand, DevDoesNotReplaceWhatIsGiven) {
  request_.dev = true;
  EXPECT_TRUE(good(token(), request_.key.key, kNow));
  EXPECT_FALSE(std::filesystem::exists(directory_.file("dev")));
}

TEST_F(TokenCommand, EveryAlgorithmMakesTokensThatVerify_CLI_4) {
  struct Case {
    Algorithm algorithm;
    std::string_view signing;
    std::string_view verifying;
  };
  constexpr std::string_view kSecret = "secret of at least 64 bytes, so that it is good for HS512, too....";
  std::vector<Case> cases;
  for (const Algorithm algorithm : kAlgorithms) {
    switch (key_type_of(algorithm)) {
      case KeyType::kSecret: cases.push_back({algorithm, kSecret, kSecret}); break;
      case KeyType::kRsa: cases.push_back({algorithm, test::kRsaPrivate, test::kRsaPublic}); break;
      case KeyType::kP256: cases.push_back({algorithm, test::kP256Private, test::kP256Public}); break;
      case KeyType::kP384: cases.push_back({algorithm, test::kP384Private, test::kP384Public}); break;
      case KeyType::kP521: cases.push_back({algorithm, test::kP521Private, test::kP521Public}); break;
      case KeyType::kEd25519:
        cases.push_back({algorithm, test::kEd25519Private, test::kEd25519Public});
        break;
    }
  }
  ASSERT_EQ(cases.size(), kAlgorithms.size());
  for (const Case& each : cases) {
    const std::string name(name_of(each.algorithm));
    request_.key.key = "@" + directory_.write("key", std::string(each.signing) + "\n");
    request_.key.algorithm = name;
    const std::string made = token();
    EXPECT_TRUE(good(made, std::string(each.verifying), kNow, each.algorithm)) << name;
    EXPECT_FALSE(good(made.substr(0, made.size() - 8) + "AAAAAAAA", std::string(each.verifying), kNow,
                      each.algorithm));

    request_.key.algorithm.clear();
    if (key_type_of(each.algorithm) == KeyType::kRsa) {
      EXPECT_EQ(run(), 1);
      EXPECT_THAT(err_, HasSubstr("--alg is missing"));
    } else if (!is_hmac(each.algorithm)) {
      EXPECT_TRUE(good(token(), std::string(each.verifying), kNow, each.algorithm)) << name;
    }
  }
}

TEST_F(TokenCommand, KeyAndAlgorithmMustFit_TOK_3_TOK_19) {
  const auto error_with = [&](std::string_view key, const std::string& algorithm) {
    request_.key.key = key;
    request_.key.algorithm = algorithm;
    EXPECT_EQ(run(), 1) << algorithm;
    EXPECT_EQ(out_, "");
    EXPECT_THAT(err_, Not(HasSubstr("BEGIN")));
    return err_;
  };
  EXPECT_THAT(error_with(test::kRsaPrivate, "HS256"), HasSubstr("a PEM cannot be used with HS256"));
  EXPECT_THAT(error_with(test::kRsaPublic, "HS512"), HasSubstr("a PEM cannot be used with HS512"));
  EXPECT_THAT(error_with(test::kP256Private, "ES384"),
              HasSubstr("ES384 needs a P-384 key, but --key is a P-256 key"));
  EXPECT_THAT(error_with("a secret", "RS256"), HasSubstr("RS256 needs an RSA key, but --key is a shared"));
  EXPECT_THAT(error_with(test::kEd25519Public, "EdDSA"), HasSubstr("the key is public"));
  EXPECT_THAT(error_with(test::kEncryptedPkcs8, "ES256"), HasSubstr("encrypted"));
}

TEST_F(TokenCommand, TakesPrivateJwks_CLI_4) {
  const std::string jwk = R"({"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",)"
                          R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"own"})";
  request_.key.key = jwk;
  request_.pretty = true;
  EXPECT_TRUE(good(token(), std::string(test::kEd25519Public), kNow, Algorithm::kEdDsa));
  EXPECT_THAT(err_, HasSubstr("\"kid\": \"own\""));
  request_.key.key_id = "given";
  token();
  EXPECT_THAT(err_, HasSubstr("\"kid\": \"given\""));

  request_.key.key = R"({"kty":"oct","k":"c2VjcmV0","alg":"HS384"})";
  EXPECT_TRUE(good(token(), "secret", kNow, Algorithm::kHs384));
  request_.key.algorithm = "HS256";
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(err_, HasSubstr("--alg is HS256, but the key is for HS384 only"));
  request_.key.key = R"({"kty":"OKP",)";
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(err_, HasSubstr("--key: the key is not a JWK"));
}

TEST_F(TokenCommand, TakesTheKeyFromTheEnvironment_CLI_4) {
  environment_["MY_KEY"] = "secret";
  request_.key.key = "env:MY_KEY";
  EXPECT_TRUE(good(token(), "secret", kNow));
  request_.key.key = "env:OTHER";
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(err_, HasSubstr("--key: the environment variable OTHER is not set"));
  request_.key.key.clear();
  request_.key.environment = "MY_KEY";
  EXPECT_TRUE(good(token(), "secret", kNow));
  request_.dev = true;
  EXPECT_TRUE(good(token(), "secret", kNow));
  request_.key.key = "secret";
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(err_, HasSubstr("--key and --key-env are both given"));
}

TEST_F(TokenCommand, MakesTokensOfTheOldProtocol_COMPAT_16) {
  request_ = {};
  request_.protocol = "0.x";
  request_.key.key = "!ChangeThisMercureHubJWTSecretKey!";
  request_.publish = {"*"};
  request_.subscribe = {"*"};
  EXPECT_EQ(token(),  // protocol.md section 25
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
            "eyJtZXJjdXJlIjp7InB1Ymxpc2giOlsiKiJdLCJzdWJzY3JpYmUiOlsiKiJdfX0."
            "nINXJPMGL7u4vvquYYm3zgMosrqrxTSooTs7R_OJLZA");
  request_.lifetime = "1h";
  request_.payload = "[1]";
  request_.pretty = true;
  token();
  EXPECT_THAT(err_, HasSubstr("\"exp\": " + std::to_string(kNow + kHour)));
  EXPECT_THAT(err_, HasSubstr("\"payload\": ["));
  request_.publish_urlpatterns = {"/b/*"};
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(err_, HasSubstr("no URL patterns"));
}

}  // namespace
}  // namespace cinnabar
