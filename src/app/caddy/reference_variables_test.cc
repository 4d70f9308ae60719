// SPDX-License-Identifier: Apache-2.0
#include "app/caddy/reference_variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/config_load.h"
#include "app/test_directory.h"

namespace cinnabar::caddy {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ReferenceVariablesTest : public testing::Test {
 protected:
  ReferenceVariablesTest() {
    env("MERCURE_PUBLISHER_JWT_KEY", std::string(64, 'p'));
    env("MERCURE_SUBSCRIBER_JWT_KEY", std::string(64, 's'));
  }
  void env(const std::string& name, const std::string& value) { sources_.environment[name] = value; }
  LoadedConfig load() const { return load_config(sources_); }
  Config loaded() const {
    LoadedConfig result = load();
    EXPECT_THAT(result.errors, IsEmpty());
    return std::move(result.config);
  }
  std::string error() const {
    const LoadedConfig result = load();
    EXPECT_EQ(result.errors.size(), 1U);
    return result.errors.empty() ? "" : result.errors.front();
  }
  /// "https 443" for each address of IPv4.
  std::vector<std::string> listens(const std::string& server_name) {
    env("SERVER_NAME", server_name);
    std::vector<std::string> texts;
    for (const http::ListenAddress& address : load().config.server.listen) {
      if (address.host == "0.0.0.0")
        texts.push_back((address.tls ? "https " : "http ") + std::to_string(address.port));
    }
    return texts;
  }

  TestDirectory directory_;
  ConfigSources sources_;
};

TEST_F(ReferenceVariablesTest, TwoKeysAreEnough_CFG_5) {
  const Config config = loaded();
  ASSERT_EQ(config.issuers.size(), 1U);
  EXPECT_EQ(config.issuers[0].id, "https://localhost");
  EXPECT_EQ(config.issuers[0].publisher.at(0).jwt, std::string(64, 'p'));
  EXPECT_EQ(config.issuers[0].subscriber.at(0).jwt, std::string(64, 's'));
  EXPECT_TRUE(config.server.listen.at(0).tls);
  EXPECT_EQ(config.server.listen.at(0).port, 443);
  EXPECT_TRUE(config.server.tls.self_signed);
}

TEST_F(ReferenceVariablesTest, Issuer_CFG_5) {
  env("MERCURE_TRUSTED_ISSUERS", "https://e.example");
  env("MERCURE_PUBLISHER_JWT_ALG", "HS512");
  const Config config = loaded();
  EXPECT_EQ(config.issuers.at(0).id, "https://e.example");
  EXPECT_THAT(config.issuers[0].publisher.at(0).algorithms, ElementsAre(Algorithm::kHs512));
  env("MERCURE_PUBLISHER_JWT_ALG", "HS513");
  EXPECT_THAT(error(), HasSubstr("MERCURE_PUBLISHER_JWT_ALG: must be one of HS256"));
  env("MERCURE_PUBLISHER_JWT_ALG", "");
  env("MERCURE_TRUSTED_ISSUERS", "https://e.example https://f.example");
  EXPECT_THAT(load().errors, Contains(HasSubstr("MERCURE_TRUSTED_ISSUERS: names one issuer")));
}

TEST_F(ReferenceVariablesTest, AKeyIsNoTemplate_CFG_5) {
  const std::string key = "{env.HOME} {$HOME} \"" + std::string(40, 'k');
  env("MERCURE_PUBLISHER_JWT_KEY", key);
  EXPECT_EQ(loaded().issuers.at(0).publisher.at(0).jwt, key);
}

TEST_F(ReferenceVariablesTest, ServerNames_CFG_5) {
  EXPECT_THAT(listens(":80"), ElementsAre("http 80"));
  EXPECT_THAT(listens(":443"), ElementsAre("https 443"));
  EXPECT_THAT(listens(":8080"), ElementsAre("http 8080"));
  EXPECT_THAT(listens("localhost"), ElementsAre("https 443"));
  EXPECT_THAT(listens("localhost:8443"), ElementsAre("https 8443"));
  EXPECT_THAT(listens("localhost:80"), ElementsAre("http 80"));
  EXPECT_THAT(listens("http://hub.example.com"), ElementsAre("http 80"));
  EXPECT_THAT(listens("http://localhost:3000/"), ElementsAre("http 3000"));
  EXPECT_THAT(listens("https://localhost:3443"), ElementsAre("https 3443"));
  EXPECT_THAT(listens("localhost, http://mercure"), ElementsAre("https 443", "http 80"));
  EXPECT_THAT(listens(":80 http://mercure"), ElementsAre("http 80"));
  EXPECT_THAT(listens("[::1]:8443"), ElementsAre("https 8443"));
}

TEST_F(ReferenceVariablesTest, WrongServerNames_CFG_5) {
  env("SERVER_NAME", "localhost:port");
  EXPECT_EQ(error(),
            "SERVER_NAME: the name \"localhost:port\" must have one port from 1 to 65535 behind its colon");
  env("SERVER_NAME", "localhost/hub");
  EXPECT_THAT(error(), HasSubstr("has a path"));
  env("SERVER_NAME", "ftp://localhost");
  EXPECT_THAT(error(), HasSubstr("must begin with http:// or https://"));
}

TEST_F(ReferenceVariablesTest, PublicNamesNeedACertificate_CFG_5) {
  env("SERVER_NAME", "hub.example.com");
  EXPECT_THAT(error(), HasSubstr("SERVER_NAME: hub.example.com needs a certificate"));
  EXPECT_THAT(error(), HasSubstr("CINNABAR_SERVER_TLS_CERTIFICATE"));
  env("CINNABAR_SERVER_TLS_CERTIFICATE", "c.pem");
  env("CINNABAR_SERVER_TLS_KEY", "k.pem");
  EXPECT_EQ(loaded().server.tls.certificate, "c.pem");
  sources_.environment.erase("CINNABAR_SERVER_TLS_CERTIFICATE");
  sources_.environment.erase("CINNABAR_SERVER_TLS_KEY");
  env("CADDY_SERVER_EXTRA_DIRECTIVES", "tls d.pem l.pem");
  EXPECT_EQ(loaded().server.tls.certificate, "d.pem");
}

TEST_F(ReferenceVariablesTest, ExtraDirectives_CFG_5) {
  env("MERCURE_EXTRA_DIRECTIVES",
      "anonymous\nissuer https://b.example {\n publisher {\n  jwt " + std::string(40, 'b') + "\n }\n}");
  const Config config = loaded();
  EXPECT_TRUE(config.hub.anonymous);
  ASSERT_EQ(config.issuers.size(), 2U);
  EXPECT_EQ(config.issuers[1].id, "https://b.example");
  EXPECT_EQ(config.origins.at("hub.anonymous"), "MERCURE_EXTRA_DIRECTIVES:1:1");
  env("MERCURE_EXTRA_DIRECTIVES", "anonymous\n hartbeat 4s");
  EXPECT_EQ(error(),
            "MERCURE_EXTRA_DIRECTIVES:2:2: unknown directive \"hartbeat\"; did you mean \"heartbeat\"?");
}

TEST_F(ReferenceVariablesTest, TheRest_CFG_5) {
  env("GLOBAL_OPTIONS", "debug\nhttp_port 8080");
  env("SERVER_NAME", "http://x");
  env("MERCURE_TRANSPORT_URL", "bolt://m.db?size=5");
  const Config config = loaded();
  EXPECT_EQ(config.log.level, LogLevel::kDebug);
  EXPECT_EQ(config.server.listen.at(0).port, 8080);
  EXPECT_EQ(config.journal.path, "m.db.cinnabar");
  EXPECT_EQ(config.journal.retention.count, 5U);
  for (const auto& [name, value] :
       std::map<std::string, std::string>{{"CADDY_EXTRA_CONFIG", "x {\n}"},
                                          {"MERCURE_LICENSE", "l"},
                                          {"OTEL_EXPORTER_OTLP_ENDPOINT", "http://o"},
                                          {"MERCURE_PUBLISHER_JWT_KEYS", "k"}}) {
    env(name, value);
    EXPECT_THAT(load().warnings, Contains(HasSubstr(name + ": is not used"))) << name;
  }
  env("MERCURE_URL", "http://application");
  EXPECT_THAT(load().warnings, Not(Contains(HasSubstr("MERCURE_URL"))));
  env("CADDY_SERVER_EXTRA_DIRECTIVES", "mercure {\n}");
  EXPECT_THAT(error(), HasSubstr("CADDY_SERVER_EXTRA_DIRECTIVES:1:1: a second hub is not possible"));
}

TEST_F(ReferenceVariablesTest, AllElseIsStronger_CFG_5) {
  env("MERCURE_EXTRA_DIRECTIVES", "heartbeat 1s\nwrite_timeout 1s\ndispatch_timeout 1s");
  sources_.file = directory_.write("c.toml", "[hub]\nheartbeat = \"2s\"\nwrite_timeout = \"2s\"\n");
  env("CINNABAR_HUB_WRITE_TIMEOUT", "3s");
  const Config config = loaded();
  EXPECT_EQ(config.hub.dispatch_timeout, std::chrono::seconds(1));
  EXPECT_EQ(config.hub.heartbeat, std::chrono::seconds(2));
  EXPECT_EQ(config.hub.write_timeout, std::chrono::seconds(3));
  // With a file, an unset SERVER_NAME says nothing.
  EXPECT_EQ(config.server.listen.at(0).port, 3000);
  EXPECT_EQ(config.issuers.at(0).id, "https://localhost");
}

TEST_F(ReferenceVariablesTest, IssuersOfAFileReplaceThem_CFG_5) {
  sources_.file =
      directory_.write("c.toml",
                       "[hub]\nanonymous = true\n[[issuer]]\nid = \"https://f.example\"\npublisher = { jwt "
                       "= \"{env.MERCURE_PUBLISHER_JWT_KEY}\" }\n");
  const Config config = loaded();
  ASSERT_EQ(config.issuers.size(), 1U);
  EXPECT_EQ(config.issuers[0].id, "https://f.example");
}

TEST_F(ReferenceVariablesTest, CommonNamesAloneMeanNothing_CFG_5) {
  EXPECT_FALSE(
      has_reference_variables({{"SERVER_NAME", ":80"}, {"MERCURE_URL", "x"}, {"GLOBAL_OPTIONS", "debug"}}));
  EXPECT_TRUE(has_reference_variables({{"MERCURE_EXTRA_DIRECTIVES", "anonymous"}}));
  Config config;
  EXPECT_THAT(read_reference_variables({{"SERVER_NAME", ":80"}}, true, config).problems, IsEmpty());
  EXPECT_EQ(config.server.listen.at(0).port, 3000);
}

}  // namespace
}  // namespace cinnabar::caddy
