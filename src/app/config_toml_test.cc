// SPDX-License-Identifier: Apache-2.0
#include "app/config_toml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cinnabar {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> read(std::string_view text, Config& config, const Environment& environment = {}) {
  return read_toml(text, "c.toml", environment, config);
}

std::vector<std::string> problems(std::string_view text) {
  Config config;
  return read(text, config);
}

TEST(ConfigToml, AllKeys) {
  Config config;
  EXPECT_THAT(read(R"(
[server]
listen = ["http://127.0.0.1:3000", "https://[::1]:3443"]
tls = { certificate = "cert.pem", key = "key.pem" }
header_timeout = "1s"
body_timeout = "2s"
idle_timeout = "3s"
max_header_size = "32KiB"
max_uri_length = 4096
[hub]
anonymous = true
path = "/hub"
resource_identifier = "https://hub.example.com/hub"
heartbeat = "10s"
write_timeout = "0s"
dispatch_timeout = 0
drain_timeout = "1m"
max_request_body_size = "2MiB"
max_matchers = 1
max_pattern_length = 2
max_topics = 3
max_topic_length = 4
max_id_length = 5
max_type_length = 6
max_retry_length = 7
max_token_details = 8
max_token_matchers = 9
max_token_pattern_length = 10
[[issuer]]
id = "https://a.example"
publisher = { jwt = "pub", alg = "HS384" }
subscriber = [{ jwt = "one" }, { jwt = "two", alg = "HS512" }]
[[issuer]]
id = "https://b.example"
[issuer.publisher]
jwt = "other"
[journal]
type = "rocksdb"
path = "db"
retention = { count = 100, age = "7d", bytes = "1GB" }
sync = "interval"
sync_interval = "250ms"
[log]
level = "debug"
)",
                   config),
              IsEmpty());
  ASSERT_EQ(config.server.listen.size(), 2U);
  EXPECT_FALSE(config.server.listen[0].tls);
  EXPECT_TRUE(config.server.listen[1].tls);
  EXPECT_EQ(config.server.listen[1].port, 3443);
  EXPECT_EQ(config.server.tls.certificate, "cert.pem");
  EXPECT_EQ(config.server.tls.key, "key.pem");
  EXPECT_FALSE(config.server.tls.self_signed);
  EXPECT_EQ(config.server.limits.header_timeout, std::chrono::seconds(1));
  EXPECT_EQ(config.server.limits.header_bytes, 32768U);
  EXPECT_EQ(config.server.limits.uri_bytes, 4096U);
  EXPECT_TRUE(config.hub.anonymous);
  EXPECT_EQ(config.hub.path, "/hub");
  EXPECT_EQ(config.hub.write_timeout, Duration::zero());
  EXPECT_EQ(config.hub.dispatch_timeout, Duration::zero());
  EXPECT_EQ(config.hub.drain_timeout, std::chrono::minutes(1));
  EXPECT_EQ(config.hub.limits.body_bytes, 2U << 20U);
  EXPECT_EQ(config.hub.limits.token_pattern_bytes, 10U);
  ASSERT_EQ(config.issuers.size(), 2U);
  EXPECT_EQ(config.issuers[0].publisher[0].algorithms, std::vector{Algorithm::kHs384});
  ASSERT_EQ(config.issuers[0].subscriber.size(), 2U);
  EXPECT_TRUE(config.issuers[0].subscriber[0].algorithms.empty());
  EXPECT_EQ(config.issuers[0].subscriber[1].jwt, "two");
  EXPECT_EQ(config.issuers[0].origin, "c.toml:29:1");
  EXPECT_EQ(config.issuers[1].publisher[0].jwt, "other");
  EXPECT_EQ(config.journal.retention.age_ms, 7LL * 24 * 3600 * 1000);
  EXPECT_EQ(config.journal.retention.bytes, 1'000'000'000U);
  EXPECT_EQ(config.journal.sync, JournalSync::kInterval);
  EXPECT_EQ(config.journal.sync_interval, std::chrono::milliseconds(250));
  EXPECT_EQ(config.log.level, LogLevel::kDebug);
  EXPECT_EQ(config.origins.at("hub.path"), "c.toml:12:8");
}

struct Wrong {
  const char* text;
  const char* sentence;
};

// What users get wrong, and what they read then.
const Wrong kWrong[] = {
    {"[hub]\nhearbeat = \"40s\"",
     R"(c.toml:2:1: unknown key "hearbeat" in [hub]; did you mean "heartbeat"?)"},
    {"[hub]\nheartbeat = 40",
     R"(c.toml:2:13: hub.heartbeat must be a duration such as "40s" or "2m", got 40 (an integer))"},
    {"[hub]\nheartbeat = \"40\"",
     R"(c.toml:2:13: hub.heartbeat must be a duration such as "40s" or "2m", got "40")"},
    {"[hub]\nheartbeat = [\"40s\"]",
     R"(c.toml:2:13: hub.heartbeat must be a duration such as "40s" or "2m", got an array)"},
    {"[hub]\nheartbeat = 1.5",
     R"(c.toml:2:13: hub.heartbeat must be a duration such as "40s" or "2m", got 1.5 (a float))"},
    {"[hub]\nheartbeat = 1979-05-27",
     R"(c.toml:2:13: hub.heartbeat must be a duration such as "40s" or "2m", got 1979-05-27 (a date))"},
    {"[hub]\nanonymous = \"yes\"",
     R"(c.toml:2:13: hub.anonymous must be true or false, got "yes" (a string))"},
    {"[hub]\nanonymous = 1", R"(c.toml:2:13: hub.anonymous must be true or false, got 1 (an integer))"},
    {"[hub]\nmax_topics = \"1000\"",
     R"(c.toml:2:14: hub.max_topics must be a whole number, 0 or more, got "1000" (a string))"},
    {"[hub]\nmax_topics = -1",
     R"(c.toml:2:14: hub.max_topics must be a whole number, 0 or more, got -1 (an integer))"},
    {"[hub]\nmax_request_body_size = \"1M\"",
     R"(c.toml:2:25: hub.max_request_body_size must be a size in bytes such as "1MiB", "512KB" or 65536, )"
     "got \"1M\""},
    {"[hub]\npath = true", "c.toml:2:8: hub.path must be a string, got true (a boolean)"},
    {"[hub]\npath = \"\"", "c.toml:2:8: hub.path must not be empty, got \"\""},
    {"[hub]\nretention = {}", R"(c.toml:2:1: unknown key "retention" in [hub]; it belongs in [journal])"},
    {"[hub]\n\"heart.beat\" = 1",
     R"(c.toml:2:1: unknown key "heart.beat" in [hub]; did you mean "heartbeat"?)"},
    {"heartbeat = \"40s\"", R"(c.toml:1:1: unknown section or key "heartbeat"; it belongs in [hub])"},
    {"[hubb]\npath = \"/\"", R"(c.toml:1:2: unknown section or key "hubb"; did you mean "hub"?)"},
    {"[metrics]",
     "c.toml:1:2: unknown section or key \"metrics\"; known are: server, hub, issuer, jwks, journal, log, "
     "admin"},
    {"hub = 1", "c.toml:1:7: hub must be a table, got 1 (an integer)"},
    {"[[hub]]\npath = \"/x\"", "c.toml:1:1: hub must be a table, got an array"},
    {"[journal]\nretention = \"1GiB\"",
     R"(c.toml:2:13: journal.retention must be a table, got "1GiB" (a string))"},
    {"[journal]\nretention = { byte = 1 }",
     R"(c.toml:2:15: unknown key "byte" in [journal.retention]; did you mean "bytes"?)"},
    {"[journal]\ntype = \"redis\"", R"(c.toml:2:8: journal.type must be "rocksdb" or "memory", got "redis")"},
    {"[journal]\nsync = false",
     R"(c.toml:2:8: journal.sync must be "always", "interval" or "never", got false (a boolean))"},
    {"[journal]\nsync_interval = \"0s\"",
     R"(c.toml:2:17: journal.sync_interval must be at least 1ms, got "0s")"},
    {"[server]\nmax_header_size = 10",
     "c.toml:2:19: server.max_header_size must be at least 1KiB, got 10 (an integer)"},
    {"[server]\ntls = true", R"(c.toml:2:7: server.tls must be "self-signed" or a table such as )"
                             R"({ certificate = "cert.pem", key = "key.pem" }, )"
                             "got true (a boolean)"},
    {"[server]\ntls = { cert = \"x\" }",
     R"(c.toml:2:9: unknown key "cert" in [server.tls]; known are: certificate, key)"},
    {"[server]\nlisten = []",
     R"(c.toml:2:10: server.listen must name at least one address such as "http://127.0.0.1:3000")"},
    {"[server]\nlisten = [3000]",
     R"(c.toml:2:11: server.listen must be a list of addresses such as ["http://127.0.0.1:3000"], )"
     "got 3000 (an integer)"},
    {"[issuer]\nid = \"x\"",
     "c.toml:1:1: issuer must be an array of tables; begin each issuer with [[issuer]]"},
    {"[[issuer]]\nid = 1", "c.toml:2:6: issuer.id must be a string, got 1 (an integer)"},
    {"[[issuer]]\nname = \"x\"",
     R"(c.toml:2:1: unknown key "name" in [[issuer]]; known are: id, protocol, authorization_server, publisher, subscriber)"},
    {"[[issuer]]\npublisher = \"hush\"",
     R"(c.toml:2:13: issuer.publisher must be a table such as { jwt = "secret", alg = "HS256" }, )"
     "or an array of such tables, got a string"},
    {"[[issuer]]\npublisher = { jwt = 77777 }",
     "c.toml:2:21: issuer.publisher.jwt must be a string, got an integer"},
    {"[[issuer]]\npublisher = { jwt = \"s\", algo = \"HS256\" }",
     R"(c.toml:2:26: unknown key "algo" in [[issuer]].publisher; did you mean "alg"?)"},
    {"[[issuer]]\npublisher = { jwt = \"s\", alg = \"hush\" }",
     R"(c.toml:2:32: issuer.publisher.alg must be one of HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, or a list of them)"},
    {"[[issuer]]\npublisher = { jwt = \"{env.NOT_THERE}\" }",
     "c.toml:2:21: {env.NOT_THERE} names an environment variable that is not set"},
    {"[log]\nlevel = \"loud\"",
     R"(c.toml:2:9: log.level must be "debug", "info", "warn", "error" or "off", got "loud")"},
};

TEST(ConfigToml, GoldenSentences) {
  for (const Wrong& wrong : kWrong) {
    EXPECT_THAT(problems(wrong.text), ElementsAre(wrong.sentence)) << wrong.text;
  }
}

TEST(ConfigToml, WrongAddressIsExplained) {
  const std::vector<std::string> found = problems("[server]\nlisten = \"ftp://127.0.0.1:3000\"");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0], HasSubstr("c.toml:2:10: server.listen has a wrong address: "));
  EXPECT_THAT(found[0], HasSubstr("ftp://127.0.0.1:3000"));
}

TEST(ConfigToml, OneAddressNeedsNoList) {
  Config config;
  EXPECT_THAT(read("[server]\nlisten = \"http://127.0.0.1:8080\"", config), IsEmpty());
  ASSERT_EQ(config.server.listen.size(), 1U);
  EXPECT_EQ(config.server.listen[0].port, 8080);
}

TEST(ConfigToml, AllProblemsInTheOrderOfTheFile) {
  EXPECT_THAT(
      problems("[journal]\nsize = 1\n[hub]\nzzz = 1\nheartbeat = true\n[bub]\n"),
      ElementsAre(HasSubstr("c.toml:2:1: unknown key \"size\""), HasSubstr("c.toml:4:1: unknown key \"zzz\""),
                  HasSubstr("c.toml:5:13: hub.heartbeat"), HasSubstr("c.toml:6:2: unknown section")));
}

TEST(ConfigToml, SyntaxErrorsInTheSameShape) {
  for (const char* text : {"[hub\n", "[hub]\npath = \n", "x = 1\nx = 2", "a = \"open", "= 1"}) {
    const std::vector<std::string> found = problems(text);
    ASSERT_EQ(found.size(), 1U) << text;
    EXPECT_THAT(found[0], testing::MatchesRegex("c\\.toml:[0-9]+:[0-9]+: not valid TOML: .+")) << text;
  }
}

TEST(ConfigToml, NoMessageHoldsASecret) {  // CFG-4
  for (const char* text :
       {"[[issuer]]\npublisher = { jwt = truehu5h }", "[[issuer]]\npublisher = { jwt = 1979hu5h }",
        "[[issuer]]\npublisher = { jwt = trhu5h }", "[[issuer]]\npublisher = { jwt = [\"hu5h\"] }",
        "[[issuer]]\npublisher = \"hu5h\"", "[[issuer]]\npublisher = [\"hu5h\"]",
        "[[issuer]]\npublisher = { alg = \"hu5h\" }", "[[issuer]]\npublisher = { jwt = \"hu5h }"}) {
    const std::vector<std::string> found = problems(text);
    ASSERT_FALSE(found.empty()) << text;
    for (const std::string& sentence : found) {
      EXPECT_THAT(sentence, Not(HasSubstr("hu5"))) << text;
    }
  }
}

TEST(ConfigToml, Placeholders) {  // CFG-4
  const Environment environment = {{"KEY", "hush"}, {"HOST", "127.0.0.1"}, {"N", "7"}, {"EMPTY", ""}};
  Config config;
  EXPECT_THAT(read(R"(
[server]
listen = ["http://{env.HOST}:{env.N}"]
[hub]
max_topics = "{env.N}"
heartbeat = "{env.N}s"
path = "/{env"
[[issuer]]
id = "https://{env.HOST}/{env.EMPTY}"
publisher = { jwt = "{env.KEY}" }
)",
                   config, environment),
              IsEmpty());
  EXPECT_EQ(config.server.listen[0].host, "127.0.0.1");
  EXPECT_EQ(config.server.listen[0].port, 7);
  EXPECT_EQ(config.hub.limits.topics_per_update, 7U);
  EXPECT_EQ(config.hub.heartbeat, std::chrono::seconds(7));
  EXPECT_EQ(config.hub.path, "/{env");
  EXPECT_EQ(config.issuers[0].id, "https://127.0.0.1/");
  EXPECT_EQ(config.issuers[0].publisher[0].jwt, "hush");
}

TEST(ConfigToml, WhatAPlaceholderStandsForIsNotRepeated) {
  Config config;
  EXPECT_THAT(read("[hub]\nheartbeat = \"{env.KEY}\"", config, {{"KEY", "hush"}}),
              ElementsAre(R"(c.toml:2:13: hub.heartbeat must be a duration such as "40s" or "2m")"));
}

TEST(ConfigToml, StrongerFormOfTlsReplacesTheOther) {
  Config config;
  config.server.tls.self_signed = true;
  EXPECT_THAT(read("[server]\ntls = { certificate = \"c\", key = \"k\" }", config), IsEmpty());
  EXPECT_FALSE(config.server.tls.self_signed);
  EXPECT_THAT(read("[server]\ntls = \"self-signed\"", config), IsEmpty());
  EXPECT_TRUE(config.server.tls.self_signed);
  EXPECT_EQ(config.server.tls.certificate, "");
}

TEST(ConfigToml, EmptyDocument) { EXPECT_THAT(problems(""), IsEmpty()); }

}  // namespace
}  // namespace cinnabar
