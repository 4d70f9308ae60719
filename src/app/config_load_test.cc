// SPDX-License-Identifier: Apache-2.0
#include "app/config_load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "app/test_directory.h"

namespace cinnabar {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kKey(64, 'k');

class ConfigLoad : public testing::Test {
 protected:
  void file(const std::string& text) { sources_.file = directory_.write("c.toml", text); }
  void env(const std::string& name, const std::string& value) { sources_.environment[name] = value; }
  void flag(const std::string& name, const std::string& value) { sources_.flags.emplace_back(name, value); }
  void valid_issuer() {
    env("CINNABAR_ISSUER_ID", "https://e.example");
    env("CINNABAR_ISSUER_PUBLISHER_JWT", kKey);
    env("CINNABAR_ISSUER_SUBSCRIBER_JWT", kKey);
  }
  Config loaded() {
    LoadedConfig result = load_config(sources_);
    EXPECT_THAT(result.errors, IsEmpty());
    return std::move(result.config);
  }
  std::vector<std::string> errors() { return load_config(sources_).errors; }

  TestDirectory directory_;
  ConfigSources sources_;
};

TEST_F(ConfigLoad, KeysInFiles_CFG_4) {
  const std::string path = directory_.write("key", kKey + "\r\n");
  env("CINNABAR_ISSUER_ID", "https://e.example");
  env("CINNABAR_ISSUER_PUBLISHER_JWT_FILE", path);
  env("CREDENTIALS_DIRECTORY", path.substr(0, path.rfind('/')));
  file(
      "[hub]\nanonymous = true\n[[issuer]]\nid = \"https://f.example\"\nsubscriber = { jwt_file = "
      "\"{env.CREDENTIALS_DIRECTORY}/key\" }\n");
  const Config config = loaded();
  EXPECT_EQ(config.issuers.at(0).subscriber.at(0).jwt, kKey);
  EXPECT_EQ(config.issuers.at(1).publisher.at(0).jwt, kKey);
  env("CINNABAR_ISSUER_PUBLISHER_JWT", kKey);
  EXPECT_THAT(errors(),
              ElementsAre(HasSubstr("CINNABAR_ISSUER_PUBLISHER_JWT_FILE: is there beside jwt; set one")));
  env("CINNABAR_ISSUER_PUBLISHER_JWT", "");
  env("CINNABAR_ISSUER_PUBLISHER_JWT_FILE", directory_.write("empty", "\n"));
  EXPECT_THAT(errors(), ElementsAre(HasSubstr("names a file that is empty")));
  env("CINNABAR_ISSUER_PUBLISHER_JWT_FILE", "/none/key");
  EXPECT_THAT(
      errors(),
      ElementsAre(HasSubstr("CINNABAR_ISSUER_PUBLISHER_JWT_FILE: names no key: cannot read /none/key")));
}

TEST_F(ConfigLoad, FlagsBeatEnvironmentBeatsFileBeatsBase) {
  valid_issuer();
  sources_.base.hub.heartbeat = std::chrono::seconds(1);
  EXPECT_EQ(loaded().hub.heartbeat, std::chrono::seconds(1));
  file("[hub]\nheartbeat = \"2s\"\npath = \"/file\"");
  EXPECT_EQ(loaded().hub.heartbeat, std::chrono::seconds(2));
  env("CINNABAR_HUB_HEARTBEAT", "3s");
  EXPECT_EQ(loaded().hub.heartbeat, std::chrono::seconds(3));
  flag("hub.heartbeat", "4s");
  EXPECT_EQ(loaded().hub.heartbeat, std::chrono::seconds(4));
  const Config config = loaded();
  EXPECT_EQ(config.hub.path, "/file");
  EXPECT_EQ(config.origins.at("hub.heartbeat"), "--hub.heartbeat");
}

TEST_F(ConfigLoad, EnvironmentAlone) {
  valid_issuer();
  env("CINNABAR_SERVER_LISTEN", "http://127.0.0.1:1, https://127.0.0.1:2");
  env("CINNABAR_SERVER_TLS", "self-signed");
  env("CINNABAR_JOURNAL_RETENTION_BYTES", "2GiB");
  env("CINNABAR_HUB_ANONYMOUS", "true");
  env("CINNABAR_HUB_PATH", "");  // counts as not set
  const Config config = loaded();
  ASSERT_EQ(config.server.listen.size(), 2U);
  EXPECT_EQ(config.server.listen[1].port, 2);
  EXPECT_TRUE(config.server.tls.self_signed);
  EXPECT_EQ(config.journal.retention.bytes, std::uint64_t{2} << 30);
  EXPECT_TRUE(config.hub.anonymous);
  EXPECT_EQ(config.hub.path, "/.well-known/mercure");
  ASSERT_EQ(config.issuers.size(), 1U);
  EXPECT_EQ(config.issuers[0].id, "https://e.example");
  EXPECT_TRUE(config.issuers[0].publisher[0].algorithms.empty());
}

TEST_F(ConfigLoad, CertificatePathsReplaceSelfSigned) {
  valid_issuer();
  file("[server]\nlisten = \"https://127.0.0.1:1\"\ntls = \"self-signed\"");
  env("CINNABAR_SERVER_TLS_CERTIFICATE", "c");
  env("CINNABAR_SERVER_TLS_KEY", "k");
  EXPECT_FALSE(loaded().server.tls.self_signed);
}

TEST_F(ConfigLoad, ListFlagsAddUpAndReplaceTheEnvironment) {
  valid_issuer();
  env("CINNABAR_SERVER_LISTEN", "http://127.0.0.1:9");
  flag("server.listen", "http://127.0.0.1:1");
  flag("server.listen", "http://127.0.0.1:2,http://127.0.0.1:3");
  EXPECT_EQ(loaded().server.listen.size(), 3U);
}

TEST_F(ConfigLoad, WrongValuesNameTheirSource) {
  valid_issuer();
  env("CINNABAR_HUB_HEARTBEAT", "40");
  env("CINNABAR_ISSUER_PUBLISHER_ALG", "hush");
  flag("hub.write_timeout", "soon");
  EXPECT_THAT(
      errors(),
      ElementsAre(
          R"(CINNABAR_HUB_HEARTBEAT: must be a duration such as "40s" or "2m", got "40")",
          R"(CINNABAR_ISSUER_PUBLISHER_ALG: must be one of HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, or a list of them)",
          R"(--hub.write_timeout: must be a duration such as "40s" or "2m", got "soon")"));
}

TEST_F(ConfigLoad, UnknownVariables) {
  valid_issuer();
  env("CINNABAR_HUB_HEARBEAT", "hush");
  env("CINNABAR_SOMETHING_ELSE_ALTOGETHER", "hush");
  EXPECT_THAT(
      errors(),
      ElementsAre(
          "CINNABAR_HUB_HEARBEAT: no such setting; did you mean CINNABAR_HUB_HEARTBEAT?",
          "CINNABAR_SOMETHING_ELSE_ALTOGETHER: no such setting; `cinnabar run --help` lists them all"));
}

TEST_F(ConfigLoad, VariablesThatOthersSetAreNotOurs) {
  valid_issuer();
  for (const char* name : {"CINNABAR_PORT", "CINNABAR_PORT_3000_TCP_ADDR", "CINNABAR_SERVICE_HOST",
                           "CINNABAR_SERVICE_PORT", "CINNABAR_SERVICE_PORT_HTTP", "CINNABAR_CONFIG",
                           "CINNABAR_DEV_DIR", "CINNABAR_BENCH_TOKEN", "CINNABARX", "HOME"}) {
    env(name, "tcp://10.0.0.1:3000");
  }
  EXPECT_THAT(errors(), IsEmpty());
  sources_.environment.erase("CINNABAR_ISSUER_ID");
  sources_.environment.erase("CINNABAR_ISSUER_PUBLISHER_JWT");
  sources_.environment.erase("CINNABAR_ISSUER_SUBSCRIBER_JWT");
  EXPECT_FALSE(has_config_variables(sources_.environment));
  env("CINNABAR_LOG_LEVEL", "debug");
  EXPECT_TRUE(has_config_variables(sources_.environment));
}

TEST_F(ConfigLoad, EnvironmentAddsAnIssuer) {
  file("[[issuer]]\nid = \"https://f.example\"\npublisher = { jwt = \"" + kKey + "\" }");
  valid_issuer();
  const Config config = loaded();
  ASSERT_EQ(config.issuers.size(), 2U);
  EXPECT_EQ(config.issuers[1].id, "https://e.example");
}

TEST_F(ConfigLoad, EnvironmentOverridesTheIssuerOfTheSameId) {
  file(
      "[[issuer]]\nid = \"https://e.example\"\npublisher = [{ jwt = \"old1\" }, { jwt = \"old2\" }]\n"
      "subscriber = { jwt = \"" +
      kKey + "\", alg = \"HS512\" }");
  env("CINNABAR_ISSUER_ID", "https://e.example");
  env("CINNABAR_ISSUER_PUBLISHER_JWT", kKey);
  env("CINNABAR_ISSUER_PUBLISHER_ALG", "HS384");
  const Config config = loaded();
  ASSERT_EQ(config.issuers.size(), 1U);
  ASSERT_EQ(config.issuers[0].publisher.size(), 1U);
  EXPECT_EQ(config.issuers[0].publisher[0].jwt, kKey);
  EXPECT_EQ(config.issuers[0].publisher[0].algorithms, std::vector{Algorithm::kHs384});
  EXPECT_EQ(config.issuers[0].subscriber[0].algorithms, std::vector{Algorithm::kHs512});
}

TEST_F(ConfigLoad, WithoutIdTheOnlyIssuerIsMeant) {
  file("[[issuer]]\nid = \"https://f.example\"\npublisher = { jwt = \"" + kKey + "\" }");
  env("CINNABAR_ISSUER_SUBSCRIBER_JWT", kKey);
  flag("issuer.subscriber.alg", "HS512");
  const Config config = loaded();
  ASSERT_EQ(config.issuers.size(), 1U);
  EXPECT_EQ(config.issuers[0].subscriber[0].algorithms, std::vector{Algorithm::kHs512});
  EXPECT_TRUE(config.issuers[0].publisher[0].algorithms.empty());
}

TEST_F(ConfigLoad, WithoutIdAndWithoutIssuer) {
  env("CINNABAR_ISSUER_PUBLISHER_JWT", "hush");
  EXPECT_THAT(errors(),
              ElementsAre("CINNABAR_ISSUER_PUBLISHER_JWT: there is no issuer that this could belong to; "
                          "set CINNABAR_ISSUER_ID too"));
}

TEST_F(ConfigLoad, WithoutIdAmongSeveralIssuers) {
  file(
      "[[issuer]]\nid = \"https://f.example\"\npublisher = { jwt = \"a\" }\n"
      "[[issuer]]\nid = \"https://g.example\"\npublisher = { jwt = \"b\" }");
  flag("issuer.publisher.jwt", "hush");
  EXPECT_THAT(errors(),
              ElementsAre("--issuer.publisher.jwt: there are several issuers that this could belong to; "
                          "set --issuer.id too"));
}

TEST_F(ConfigLoad, AlgorithmWithoutKey) {
  file("[[issuer]]\nid = \"https://f.example\"\npublisher = { jwt = \"" + kKey + "\" }");
  env("CINNABAR_ISSUER_SUBSCRIBER_ALG", "HS512");
  EXPECT_THAT(errors(),
              ElementsAre("CINNABAR_ISSUER_SUBSCRIBER_ALG: there is no single subscriber key that this "
                          "could belong to; set CINNABAR_ISSUER_SUBSCRIBER_JWT too"));
}

TEST_F(ConfigLoad, FileReplacesTheBaseIssuerOfTheSameIdAndKeepsOthers) {
  const KeyConfig key{.jwt = kKey};
  sources_.base.issuers = {
      {.id = "https://base.example", .publisher = {key}, .subscriber = {key}, .origin = {}}};
  file("[[issuer]]\nid = \"https://f.example\"\npublisher = { jwt = \"" + kKey + "\" }");
  EXPECT_EQ(loaded().issuers.size(), 2U);
  file("[[issuer]]\nid = \"https://base.example\"\npublisher = { jwt = \"" + std::string(64, 'x') +
       "\" }\n"
       "subscriber = { jwt = \"" +
       kKey + "\" }");
  const Config config = loaded();
  ASSERT_EQ(config.issuers.size(), 1U);
  EXPECT_EQ(config.issuers[0].publisher[0].jwt, std::string(64, 'x'));
}

TEST_F(ConfigLoad, FileThatCannotBeRead) {
  valid_issuer();
  sources_.file = directory_.file("missing.toml");
  EXPECT_THAT(errors(),
              ElementsAre("cannot read " + directory_.file("missing.toml") + ": No such file or directory"));
  sources_.file = directory_.path();
  EXPECT_THAT(errors(), ElementsAre(HasSubstr("Is a directory")));
}

TEST_F(ConfigLoad, ValidationComesLast) {
  env("CINNABAR_ISSUER_ID", "https://e.example");
  EXPECT_THAT(errors(),
              testing::Contains(HasSubstr("CINNABAR_ISSUER_ID: issuer \"https://e.example\" has no key")));
}

TEST_F(ConfigLoad, ExampleFileIsValid) {
  sources_.file =
      (std::filesystem::path(__FILE__).parent_path() / "../../packaging/cinnabar.example.toml").string();
  env("PUBLISHER_KEY", kKey);
  env("SUBSCRIBER_KEY", kKey);
  const LoadedConfig result = load_config(sources_);
  EXPECT_THAT(result.errors, IsEmpty());
  EXPECT_THAT(result.warnings, IsEmpty());
}

}  // namespace
}  // namespace cinnabar
