// SPDX-License-Identifier: Apache-2.0
#include "app/token_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "app/config_convert.h"
#include "app/dev.h"
#include "app/test_directory.h"
#include "auth/token_verifier.h"

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
    request_.key = std::string(32, 'k');
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
    const VerificationKey verification{.algorithm = algorithm, .secret = key};
    const TokenVerifier verifier(
        {{.id = "https://a.example", .publisher = {verification}, .subscriber = {verification}}}, {});
    return verifier.verify(token, role, kHub, *HubUrl::parse(kHub), at * 1000).ok();
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
  EXPECT_TRUE(good(made, request_.key, kNow));
  EXPECT_TRUE(good(made, request_.key, kNow + kHour - 1));
  EXPECT_FALSE(good(made, request_.key, kNow + 2 * kHour));
  EXPECT_FALSE(good(made, "another key", kNow));
}

TEST_F(TokenCommand, LifetimeAndAlgorithm) {
  request_.lifetime = "2d";
  request_.algorithm = "HS512";
  const std::string made = token();
  EXPECT_TRUE(good(made, request_.key, kNow + 47 * kHour, Algorithm::kHs512));
  EXPECT_FALSE(good(made, request_.key, kNow, Algorithm::kHs256));
}

TEST_F(TokenCommand, KeyFromFileAndStandardInput) {  // CLI-4
  request_.key = "@" + directory_.write("lf", "secret\n");
  EXPECT_TRUE(good(token(), "secret", kNow));
  request_.key = "@" + directory_.write("crlf", "secret\r\n");
  EXPECT_TRUE(good(token(), "secret", kNow));
  request_.key = "@" + directory_.write("two", "secret\n\n");
  EXPECT_TRUE(good(token(), "secret\n", kNow));
  request_.key = "@-";
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
  const auto error_with = [&](std::string TokenRequest::*member, const std::string& value) {
    request_ = complete;
    request_.*member = value;
    EXPECT_EQ(run(), 1) << value;
    EXPECT_EQ(out_, "");
    return err_;
  };
  EXPECT_THAT(error_with(&TokenRequest::lifetime, "soon"),
              HasSubstr("--exp must be a duration such as \"40s\" or \"2m\", got \"soon\""));
  EXPECT_THAT(error_with(&TokenRequest::lifetime, "999ms"), HasSubstr("--exp must be at least 1s"));
  EXPECT_THAT(error_with(&TokenRequest::algorithm, "none"), HasSubstr("--alg: "));
  EXPECT_THAT(error_with(&TokenRequest::key, "@" + directory_.file("missing")),
              HasSubstr("--key: cannot read "));
  EXPECT_THAT(error_with(&TokenRequest::key, "@" + directory_.write("empty", "\n")),
              HasSubstr("--key: the key is empty"));
  EXPECT_THAT(error_with(&TokenRequest::payload, "[1]"), HasSubstr("cinnabar token: "));  // CLI-6
  EXPECT_THAT(error_with(&TokenRequest::payload, "{"), HasSubstr("cinnabar token: "));
  const std::string pem = error_with(&TokenRequest::key, "-----BEGIN PRIVATE KEY-----\nMIGH\n");
  EXPECT_THAT(pem, HasSubstr("a PEM cannot be used with HS256"));
  EXPECT_THAT(pem, Not(HasSubstr("MIGH")));
}

TEST_F(TokenCommand, PrettyGoesToStandardError) {
  request_.pretty = true;
  request_.key_id = "k1";
  request_.payload = R"({"name":"Ada","empty":{},"list":[1,true,null]})";
  request_.subscribe = {"*"};
  token();
  EXPECT_THAT(err_, HasSubstr("\"typ\": \"at+jwt\""));
  EXPECT_THAT(err_, HasSubstr("\"kid\": \"k1\""));
  EXPECT_THAT(err_, HasSubstr("\"iss\": \"https://a.example\""));
  EXPECT_THAT(err_, HasSubstr("\"name\": \"Ada\""));
  EXPECT_THAT(err_, HasSubstr("\"empty\": {}"));
  EXPECT_THAT(err_, Not(HasSubstr(request_.key)));
}

TEST_F(TokenCommand, DevFillsInWhatIsMissing) {  // CLI-5, with a random key
  request_ = {};
  request_.dev = true;
  const std::string made = token();
  const Config config = dev_config(*open_dev_state(environment_));
  const TokenVerifier verifier(issuers(config), config.hub.limits);
  const HubUrl hub = *HubUrl::parse(kDevResource);
  EXPECT_TRUE(verifier.verify(made, Role::kPublisher, kDevResource, hub, kNow * 1000).ok());
  EXPECT_TRUE(verifier.verify(made, Role::kSubscriber, kDevResource, hub, (kNow + 23 * kHour) * 1000).ok());
}

TEST_F(TokenCommand, DevDoesNotReplaceWhatIsGiven) {
  request_.dev = true;
  EXPECT_TRUE(good(token(), request_.key, kNow));
  EXPECT_FALSE(std::filesystem::exists(directory_.file("dev")));
}

}  // namespace
}  // namespace cinnabar
