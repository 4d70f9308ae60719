// SPDX-License-Identifier: Apache-2.0
#include "app/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cinnabar {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kKey(64, 'k');

IssuerConfig issuer(const std::string& id) {
  const KeyConfig key{.jwt = kKey};
  return {.id = id, .publisher = {key}, .subscriber = {key}, .origin = "c.toml:9:1"};
}

Config valid() {
  Config config;
  config.issuers = {issuer("https://a.example")};
  return config;
}

std::vector<std::string> errors(const Config& config) { return validate(config).errors; }
std::vector<std::string> warnings(const Config& config) {
  EXPECT_THAT(validate(config).errors, IsEmpty());
  return validate(config).warnings;
}

TEST(Validate, AValidConfigurationIsSilent) {
  EXPECT_THAT(errors(valid()), IsEmpty());
  EXPECT_THAT(warnings(valid()), IsEmpty());
}

TEST(Validate, OPS_2_OthersReachTheAdminListenerWithATokenOnly) {
  Config config = valid();
  config.admin.listen.push_back({.tls = false, .host = "192.0.2.1", .port = 2019});
  EXPECT_THAT(errors(config),
              ElementsAre(HasSubstr("admin.listen has the address 192.0.2.1, which others can")));
  config.admin.token = "secret";
  EXPECT_THAT(errors(config), IsEmpty());
  config.admin.token = "se cret";
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("admin.token may hold only visible characters")));

  Config tls = valid();
  tls.admin.listen = {{.tls = true, .host = "127.0.0.1", .port = 2019}};
  EXPECT_THAT(errors(tls), ElementsAre(HasSubstr("admin.listen has an https address, but there is no cert")));
  Config shared = valid();
  shared.admin.listen = shared.server.listen;
  EXPECT_THAT(errors(shared),
              ElementsAre(HasSubstr("admin.listen names 127.0.0.1 port 3000, which server.l")));
  Config none = valid();
  none.admin.listen.clear();
  EXPECT_THAT(errors(none), IsEmpty());
}

TEST(Validate, Issuers) {  // CFG-2
  Config none;
  EXPECT_THAT(errors(none), ElementsAre(HasSubstr("no issuer is configured")));
  EXPECT_THAT(errors(none)[0], HasSubstr("cinnabar run --dev"));

  Config empty = valid();
  empty.issuers[0].id = "";
  EXPECT_THAT(errors(empty), ElementsAre(HasSubstr("c.toml:9:1: this issuer has no id")));

  Config twice = valid();
  twice.issuers.push_back(issuer("https://a.example"));
  EXPECT_THAT(errors(twice),
              ElementsAre(HasSubstr("c.toml:9:1: issuer \"https://a.example\" is there twice")));

  Config keyless = valid();
  keyless.issuers.push_back({.id = "https://b.example", .publisher = {}, .subscriber = {}, .origin = {}});
  EXPECT_THAT(errors(keyless), ElementsAre(HasSubstr("issuer \"https://b.example\" has no key")));
}

TEST(Validate, KeysOfBothRoles) {  // CFG-2
  Config config = valid();
  config.issuers[0].publisher.clear();
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("no issuer has a publisher key")));

  config = valid();
  config.issuers[0].subscriber.clear();
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("no issuer has a subscriber key")));
  config.hub.anonymous = true;
  EXPECT_THAT(errors(config), IsEmpty());

  config = valid();  // the keys may belong to different issuers
  config.issuers.push_back(issuer("https://b.example"));
  config.issuers[0].publisher.clear();
  config.issuers[1].subscriber.clear();
  EXPECT_THAT(errors(config), IsEmpty());
}

TEST(Validate, PemWithHmac_TOK_19) {
  Config config = valid();
  config.issuers[0].publisher[0].jwt = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n";
  config.issuers[0].publisher[0].algorithms = {Algorithm::kHs256};
  ASSERT_EQ(errors(config).size(), 1U);
  EXPECT_THAT(errors(config)[0], HasSubstr("the publisher key of issuer \"https://a.example\" is a PEM"));
  EXPECT_THAT(errors(config)[0], testing::Not(HasSubstr("MFkw")));
}

TEST(Validate, WeakSecrets_TOK_20_CFG_7) {
  Config config = valid();
  config.issuers[0].publisher[0].jwt = std::string(31, 'x');
  EXPECT_THAT(warnings(config), ElementsAre(HasSubstr("shorter than the 32 bytes that HS256 deserves")));
  config.issuers[0].publisher[0].jwt = std::string(32, 'x');
  EXPECT_THAT(warnings(config), IsEmpty());
  config.issuers[0].publisher[0] = {.jwt = std::string(47, 'x'), .algorithms = {Algorithm::kHs384}};
  EXPECT_THAT(warnings(config), ElementsAre(HasSubstr("48 bytes")));
  config.issuers[0].publisher[0] = {.jwt = std::string(63, 'x'), .algorithms = {Algorithm::kHs512}};
  EXPECT_THAT(warnings(config), ElementsAre(HasSubstr("64 bytes")));
  config = valid();
  config.issuers[0].subscriber[0].jwt = kWellKnownSecret;
  EXPECT_THAT(warnings(config), ElementsAre(HasSubstr("well-known development secret")));
  EXPECT_THAT(warnings(config)[0], testing::Not(HasSubstr("ChangeThis")));
  config = valid();
  config.issuers[0].subscriber[0].jwt = "";
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("has neither jwt nor jwks_uri")));
  config.issuers[0].subscriber[0] = {.jwt = kKey, .jwks_uri = "https://a.example/jwks"};
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("has both jwt and jwks_uri")));
}

TEST(Validate, TheWellKnownSecretStopsAProductionHub_CFG_7) {
  Config config = valid();
  config.hub.production = true;
  EXPECT_THAT(errors(config), IsEmpty());
  config.issuers[0].subscriber[0].jwt = kWellKnownSecret;
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("well-known development secret")));
}

TEST(Validate, APemNeedsItsAlgorithm_TOK_19) {
  constexpr const char* kPem =
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END "
      "PUBLIC "
      "KEY-----\n";
  Config config = valid();
  config.issuers[0].publisher[0] = {.jwt = kPem};
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("set alg to one of EdDSA")));
  config.issuers[0].publisher[0].algorithms = {Algorithm::kRs256};
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("is an Ed25519 key, which cannot be used with RS256")));
  config.issuers[0].publisher[0].algorithms = {Algorithm::kEdDsa};
  EXPECT_THAT(errors(config), IsEmpty());
  config.issuers[0].publisher[0] = {
      .jwt = R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"};
  EXPECT_THAT(errors(config), IsEmpty()) << "a JWK of this type has one algorithm only";
}

TEST(Validate, KeySetsHaveNoSecrets_TOK_4) {
  Config config = valid();
  config.issuers[0].publisher[0] = {.jwks_uri = "https://a.example/jwks", .algorithms = {Algorithm::kHs256}};
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("no shared secret")));
  config.issuers[0].publisher[0].algorithms.clear();
  EXPECT_THAT(errors(config), IsEmpty());
}

TEST(Validate, AnIssuerOf0xIsAnnouncedAndNeedsNoId_COMPAT_2_COMPAT_24) {
  Config config = valid();
  config.issuers[0].id.clear();
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("has no id")));
  config.issuers[0].protocol = IssuerProtocol::k0_x;
  EXPECT_THAT(errors(config), IsEmpty());
  EXPECT_THAT(warnings(config), ElementsAre(HasSubstr("speaks protocol 0.x")));
}

TEST(Validate, Origins_CORS_4_PRES_12_ERR_13_ERR_14) {
  Config config = valid();
  config.hub.cors_origins = {"https://a.example", "https://b.example/path"};
  EXPECT_THAT(errors(config),
              ElementsAre(HasSubstr("hub.cors_origins has the entry \"https://b.example/path\"")));
  config = valid();
  config.hub.publish_origins = {"b.example"};
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("hub.publish_origins")));
  config = valid();
  config.hub.public_urls = {"https://a.example/"};
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("hub.public_urls")));
  config = valid();
  config.server.trusted_proxies = {"10.0.0.0/33"};
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("server.trusted_proxies")));
  config = valid();
  config.hub.cookie_name = "a b";
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("hub.cookie_name")));
}

TEST(Validate, TokensInClearTextAreWarnedOf_PRES_9) {
  Config config = valid();
  config.server.listen = {{.tls = false, .host = "0.0.0.0", .port = 80}};
  EXPECT_THAT(warnings(config), ElementsAre(HasSubstr("clear text")));
  config.server.trusted_proxies = {"10.0.0.1"};
  EXPECT_THAT(warnings(config), IsEmpty());
  config.server.trusted_proxies.clear();
  for (const char* host : {"127.0.0.1", "::1", "localhost"}) {
    config.server.listen = {{.tls = false, .host = host, .port = 80}};
    EXPECT_THAT(warnings(config), IsEmpty()) << host;
  }
}

TEST(Validate, HubPath) {
  Config config = valid();
  config.origins["hub.path"] = "c.toml:3:8";
  for (const char* path : {"/", "hub", "/hub/", "//hub", "/a//b", "/a/../b", "/.", "/..", "/a b", "/a?b",
                           "/a#b", "/%20", "/\xc3\xa9", "/a\n"}) {
    config.hub.path = path;
    EXPECT_THAT(errors(config), ElementsAre(HasSubstr("c.toml:3:8: hub.path m"))) << path;
  }
  for (const char* path : {"/hub", "/.well-known/mercure", "/a/b.c/~d", "/..."}) {
    config.hub.path = path;
    EXPECT_THAT(errors(config), IsEmpty()) << path;
  }
}

TEST(Validate, ResourceIdentifier) {  // DISC-13
  Config config = valid();
  for (const char* url :
       {"hub.example.com", "/hub", "https:", "https://", "https:///x", "https://h/#", "https://h/#f",
        "https://h/a b", "1https://h/", "https:h/", "https://u@h/", "https://:80/"}) {
    config.hub.resource_identifier = url;
    EXPECT_THAT(errors(config), ElementsAre(HasSubstr("hub.resource_identifier must be an absolute URL")))
        << url;
  }
  for (const char* url :
       {"https://h", "HTTPS://h/", "https://hub.example.com:8443/.well-known/mercure?x=y"}) {
    config.hub.resource_identifier = url;
    EXPECT_THAT(warnings(config), IsEmpty()) << url;
  }
  for (const char* url : {"http://h/", "urn:x:y"}) {
    config.hub.resource_identifier = url;
    EXPECT_THAT(warnings(config),
                ElementsAre(HasSubstr("hub.resource_identifier should begin with https://")))
        << url;
  }
}

TEST(Validate, Tls) {
  Config config = valid();
  config.server.listen = {{.tls = true, .host = "127.0.0.1", .port = 3443}};
  EXPECT_THAT(errors(config),
              ElementsAre(HasSubstr("server.listen has an https address, but there is no certificate")));
  config.server.tls.certificate = "c";
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("server.tls.certificate needs its private key")));
  config.server.tls.key = "k";
  EXPECT_THAT(warnings(config), IsEmpty());
  config.server.tls.certificate = "";
  EXPECT_THAT(errors(config), ElementsAre(HasSubstr("server.tls.key needs its certificate")));
  config.server.tls = {.self_signed = true, .certificate = {}, .key = {}};
  EXPECT_THAT(warnings(config), IsEmpty());
  config.server.listen[0].tls = false;
  EXPECT_THAT(warnings(config), IsEmpty());
  config.origins["server.tls"] = "c.toml:2:7";
  EXPECT_THAT(warnings(config), ElementsAre(HasSubstr("server.tls is not used")));
}

TEST(Validate, Listen) {
  Config config = valid();
  config.server.listen = {{.tls = false, .host = "127.0.0.1", .port = 1},
                          {.tls = false, .host = "127.0.0.1", .port = 1}};
  EXPECT_THAT(errors(config), ElementsAre("server.listen names 127.0.0.1 port 1 twice"));
  config.server.listen[0].port = config.server.listen[1].port = 0;  // any free one
  EXPECT_THAT(errors(config), IsEmpty());
  config.server.listen.clear();
  EXPECT_THAT(errors(config), ElementsAre("server.listen must name at least one address"));
}

TEST(Validate, Journal) {
  Config config = valid();
  config.journal.retention = {};
  EXPECT_THAT(warnings(config), ElementsAre(HasSubstr("journal.retention has no limit")));
  config.journal.type = JournalType::kMemory;
  EXPECT_THAT(warnings(config), IsEmpty());
  config.origins["journal.path"] = "c.toml:1:1";
  EXPECT_THAT(warnings(config), ElementsAre(HasSubstr("c.toml:1:1: journal.path is not used")));
  config = valid();
  config.origins["journal.sync_interval"] = "CINNABAR_JOURNAL_SYNC_INTERVAL";
  EXPECT_THAT(warnings(config), ElementsAre(HasSubstr("journal.sync_interval is not used")));
  config.journal.sync = JournalSync::kInterval;
  EXPECT_THAT(warnings(config), IsEmpty());
}

}  // namespace
}  // namespace cinnabar
