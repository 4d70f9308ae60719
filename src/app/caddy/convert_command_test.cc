// SPDX-License-Identifier: Apache-2.0
#include "app/caddy/convert_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "app/config_load.h"
#include "app/test_directory.h"

namespace cinnabar::caddy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ConvertConfig : public testing::Test {
 protected:
  int convert(const std::string& caddyfile) {
    std::istringstream in(caddyfile);
    std::ostringstream out;
    std::ostringstream err;
    const int code = convert_config("-", environment_, in, out, err);
    out_ = out.str();
    err_ = err.str();
    return code;
  }
  /// What the hub makes of the TOML.
  Config loaded(const std::string& caddyfile) {
    EXPECT_EQ(convert(caddyfile), 0) << err_;
    ConfigSources sources;
    sources.file = directory_.write("c.toml", out_);
    sources.environment = environment_;
    sources.reference_variables = false;
    LoadedConfig result = load_config(sources);
    EXPECT_THAT(result.errors, IsEmpty()) << out_;
    return std::move(result.config);
  }

  TestDirectory directory_;
  Environment environment_ = {{"KEY", std::string(64, 'k')}};
  std::string out_;
  std::string err_;
};

constexpr const char* kIssuer =
    "  issuer https://e.example {\n   publisher {\n    jwt {env.KEY} {env.ALG}\n   }\n   subscriber {\n    "
    "jwt "
    "{$KEY}\n   }\n  }\n";

TEST_F(ConvertConfig, WholeCaddyfile_CFG_1) {
  const Config config =
      loaded(std::string("{\n debug\n servers {\n  trusted_proxies static 10.0.0.0/8\n }\n}\n") +
             "(snippet) {\n}\nhttp://a.example, localhost:8443 {\n encode gzip\n @m path /x\n "
             "route {\n  mercure {\n" +
             kIssuer +
             "  heartbeat 30s\n  cors_origins https://x.example\n  transport bolt {\n   path m.db\n "
             "  size 9\n  }\n  protocol_version_compatibility 8\n  anonymous\n  }\n }\n}\n");
  ASSERT_EQ(config.issuers.size(), 1U);
  EXPECT_EQ(config.issuers[0].publisher.at(0).jwt, std::string(64, 'k'));
  EXPECT_EQ(config.hub.heartbeat, std::chrono::seconds(30));
  EXPECT_EQ(config.hub.compatibility, Compatibility::kVersion8);
  EXPECT_TRUE(config.hub.anonymous);
  EXPECT_THAT(config.hub.cors_origins, ElementsAre("https://x.example"));
  EXPECT_THAT(config.server.trusted_proxies, ElementsAre("10.0.0.0/8"));
  EXPECT_EQ(config.log.level, LogLevel::kDebug);
  EXPECT_EQ(config.journal.retention.count, 9U);
  ASSERT_EQ(config.server.listen.size(), 4U);
  EXPECT_EQ(config.server.listen[0].port, 80);
  EXPECT_FALSE(config.server.listen[0].tls);
  EXPECT_EQ(config.server.listen[2].port, 8443);
  EXPECT_TRUE(config.server.tls.self_signed);
  EXPECT_THAT(out_, HasSubstr("# - standard input:10:2: encode is not translated"));
  EXPECT_THAT(out_, HasSubstr("{env.ALG} is not set here"));
  EXPECT_THAT(out_, Not(HasSubstr("kkk")));
}

TEST_F(ConvertConfig, OneSiteWithoutBraces) {
  EXPECT_EQ(loaded(std::string(":8080\nmercure {\n") + kIssuer + "}\n").server.listen.at(0).port, 8080);
}

TEST_F(ConvertConfig, TheBlockAlone) {
  EXPECT_EQ(loaded(std::string("mercure {\n") + kIssuer + "}\n").server.listen.at(0).port, 3000);
}

TEST_F(ConvertConfig, Certificates) {
  EXPECT_EQ(loaded(std::string("a.example {\n tls c.pem k.pem\n bind 127.0.0.1 ::1\n mercure {\n") + kIssuer +
                   " }\n}")
                .server.tls.key,
            "k.pem");
  EXPECT_THAT(out_, HasSubstr("[\"https://127.0.0.1:443\", \"https://[::1]:443\"]"));
  EXPECT_TRUE(loaded(std::string("a.example {\n tls internal\n mercure {\n") + kIssuer + " }\n}")
                  .server.tls.self_signed);
  EXPECT_EQ(loaded(std::string("a.example {\n tls me@a.example\n mercure {\n") + kIssuer + " }\n}")
                .server.tls.certificate,
            "/etc/letsencrypt/live/a.example/fullchain.pem");
  EXPECT_THAT(out_, HasSubstr("Cinnabar does not get certificates by itself"));
}

TEST_F(ConvertConfig, TextsOfAllKinds) {
  environment_["TOPIC"] = "";
  const Config config = loaded(
      "mercure {\n protocol_version_compatibility 7\n publisher_jwt `a\"b\\c` HS256\n subscriber_jwt <<X\n "
      "d\n e\n X\n}");
  EXPECT_EQ(config.issuers.at(0).publisher.at(0).jwt, "a\"b\\c");
  EXPECT_EQ(config.issuers.at(0).subscriber.at(0).jwt, "d\ne");
  EXPECT_EQ(config.issuers.at(0).protocol, IssuerProtocol::k0_x);
}

TEST_F(ConvertConfig, KeyFiles_CFG_4) {
  const std::string path = directory_.write("key", std::string(64, 'f') + "\n");
  const Config config = loaded("mercure {\n anonymous\n issuer a {\n  publisher {\n   jwt {file." + path +
                               "} HS256\n  }\n }\n}");
  EXPECT_EQ(config.issuers.at(0).publisher.at(0).jwt, std::string(64, 'f'));
  EXPECT_THAT(out_, HasSubstr("publisher = { jwt_file = \"" + path + "\", alg = \"HS256\" }"));
}

TEST_F(ConvertConfig, CommentsStayComments) {
  EXPECT_EQ(loaded(std::string(":80 {\n \"a\nb\x01\" c\n mercure /x {\n") + kIssuer + " }\n}").issuers.size(),
            1U);
  EXPECT_THAT(out_, HasSubstr("# - standard input:2:2: a b  is not translated"));
  EXPECT_THAT(out_, HasSubstr("the matcher /x is not translated"));
}

TEST_F(ConvertConfig, Mistakes_CFG_2) {
  EXPECT_EQ(convert("\xff"), 1);
  EXPECT_EQ(err_, "standard input: this is no text in UTF-8; save it as such\n");
  EXPECT_EQ(convert(std::string(":80 {\n tls a b\n tls internal\n mercure {\n") + kIssuer + " }\n}"), 1);
  EXPECT_EQ(err_, "standard input:3:2: tls is there twice; remove one of them\n");
  EXPECT_EQ(convert(":80 {\n mercure {\n  heartbeat x\n  foo\n }\n}"), 1);
  EXPECT_EQ(err_,
            "standard input:4:3: unknown directive \"foo\"; docs/migration.md lists the directives that are "
            "understood\n"
            "standard input:3:3: heartbeat must be a duration such as \"40s\" or \"2m\", got \"x\"\n");
  EXPECT_EQ(out_, "");
  EXPECT_EQ(convert(":80 {\n}"), 1);
  EXPECT_EQ(err_, "standard input: there is no mercure block in it, so there is no hub to convert\n");
  EXPECT_EQ(convert(":80 {\n mercure {\n }\n}\n:81 {\n mercure {\n }\n}"), 1);
  EXPECT_THAT(err_, HasSubstr("standard input:6:2: this is a second hub"));
  EXPECT_EQ(convert("{\n http_port x\n}\nmercure {\n}"), 1);
  EXPECT_THAT(err_, HasSubstr("standard input:2:2: http_port takes a port from 1 to 65535"));
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(convert_config(directory_.file("none"), environment_, in, out, err), 1);
  EXPECT_THAT(err.str(), HasSubstr("No such file"));
}

}  // namespace
}  // namespace cinnabar::caddy
