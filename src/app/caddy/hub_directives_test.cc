// SPDX-License-Identifier: Apache-2.0
#include "app/caddy/hub_directives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/caddy/apply.h"

namespace cinnabar::caddy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Outcome {
  Config config;
  std::vector<std::string> notes;
  std::vector<std::string> problems;
};

Outcome hub(const std::string& text, const Environment& environment = {}) {
  Outcome outcome;
  const Document document = parse(text, "f", environment, Substitution::kValues);
  EXPECT_EQ(document.problem, "");
  Translation translation;
  translate_hub(document.statements, "f", translation);
  outcome.problems = translation.problems;
  for (std::string& problem : apply(translation, environment, outcome.config)) {
    outcome.problems.push_back(std::move(problem));
  }
  outcome.notes = translation.notes;
  return outcome;
}

Config good(const std::string& text, const Environment& environment = {}) {
  Outcome outcome = hub(text, environment);
  EXPECT_THAT(outcome.problems, IsEmpty()) << text;
  return std::move(outcome.config);
}

std::string bad(const std::string& text, const Environment& environment = {}) {
  const Outcome outcome = hub(text, environment);
  EXPECT_EQ(outcome.problems.size(), 1U) << text;
  return outcome.problems.empty() ? "" : outcome.problems.front();
}

std::string note(const std::string& text) {
  const Outcome outcome = hub(text);
  EXPECT_THAT(outcome.problems, IsEmpty()) << text;
  EXPECT_FALSE(outcome.notes.empty()) << text;
  return outcome.notes.empty() ? "" : outcome.notes.front();
}

TEST(CaddyHub, Values_CFG_1) {
  const Config config = good(R"(
anonymous
subscriptions
resource_identifier https://hub.example.com/.well-known/mercure
public_urls https://a.example https://b.example
publish_origins https://c.example
cors_origins "*"
cookie_name mine
heartbeat 30s
dispatch_timeout 6s
write_timeout 1m30s
max_request_body_size 512KB
protocol_version_compatibility 8
)");
  EXPECT_TRUE(config.hub.anonymous);
  EXPECT_TRUE(config.hub.subscriptions);
  EXPECT_EQ(config.hub.resource_identifier, "https://hub.example.com/.well-known/mercure");
  EXPECT_THAT(config.hub.public_urls, ElementsAre("https://a.example", "https://b.example"));
  EXPECT_THAT(config.hub.publish_origins, ElementsAre("https://c.example"));
  EXPECT_THAT(config.hub.cors_origins, ElementsAre("*"));
  EXPECT_EQ(config.hub.cookie_name, "mine");
  EXPECT_EQ(config.hub.heartbeat, std::chrono::seconds(30));
  EXPECT_EQ(config.hub.dispatch_timeout, std::chrono::seconds(6));
  EXPECT_EQ(config.hub.write_timeout, std::chrono::seconds(90));
  EXPECT_EQ(config.hub.limits.body_bytes, 512'000U);
  EXPECT_EQ(config.hub.compatibility, Compatibility::kVersion8);
  EXPECT_EQ(config.origins.at("hub.heartbeat"), "f:9:1");
}

TEST(CaddyHub, Issuers_CFG_1) {
  const Config config = good(R"(
issuer https://a.example {
	authorization_server
	publisher {
		jwt {env.KEY} {env.ALG}
	}
	subscriber {
		jwks_uri https://a.example/jwks ES256 RS256
	}
}
issuer https://b.example {
	publisher {
		jwt "b c" HS512
	}
}
)",
                             {{"KEY", "secret"}});
  ASSERT_EQ(config.issuers.size(), 2U);
  EXPECT_EQ(config.issuers[0].id, "https://a.example");
  EXPECT_TRUE(*config.issuers[0].authorization_server);
  EXPECT_EQ(config.issuers[0].publisher.at(0).jwt, "secret");
  EXPECT_THAT(config.issuers[0].publisher.at(0).algorithms, IsEmpty());
  EXPECT_EQ(config.issuers[0].subscriber.at(0).jwks_uri, "https://a.example/jwks");
  EXPECT_THAT(config.issuers[0].subscriber.at(0).algorithms,
              ElementsAre(Algorithm::kEs256, Algorithm::kRs256));
  EXPECT_EQ(config.issuers[0].origins.at("publisher"), "f:5:3");
  EXPECT_EQ(config.issuers[1].publisher.at(0).jwt, "b c");
  EXPECT_THAT(config.issuers[1].publisher.at(0).algorithms, ElementsAre(Algorithm::kHs512));
}

TEST(CaddyHub, KeysOf0x_CFG_1) {
  const Config config = good(
      "publisher_jwt p HS384\nsubscriber_jwks_url https://a.example/jwks\nprotocol_version_compatibility 7");
  ASSERT_EQ(config.issuers.size(), 1U);
  EXPECT_EQ(config.issuers[0].id, "");
  EXPECT_EQ(config.issuers[0].protocol, IssuerProtocol::k0_x);
  EXPECT_EQ(config.issuers[0].publisher.at(0).jwt, "p");
  EXPECT_EQ(config.issuers[0].subscriber.at(0).jwks_uri, "https://a.example/jwks");
  EXPECT_EQ(
      bad("publisher_jwt p"),
      "f:1:1: publisher_jwt is of protocol 0.x; add `protocol_version_compatibility 8`, or use an issuer "
      "block with publisher and subscriber");
  EXPECT_THAT(bad("protocol_version_compatibility 8\npublisher_jwt a\npublisher_jwks_url https://b"),
              HasSubstr("there is a key for publishers already, at f:2:1"));
}

TEST(CaddyHub, Transports_CFG_1) {
  const Config bolt = good("transport bolt {\n path /data/m.db\n size 10\n}");
  EXPECT_EQ(bolt.journal.type, JournalType::kRocksDb);
  EXPECT_EQ(bolt.journal.path, "/data/m.db.cinnabar");
  EXPECT_EQ(bolt.journal.retention.count, 10U);
  const Config local = good("transport local");
  EXPECT_EQ(local.journal.type, JournalType::kMemory);
  EXPECT_EQ(local.journal.retention.bytes, std::uint64_t{16} << 20);
  const Config url = good("transport_url bolt:///data/m%20x.db?size=7&bucket_name=b&cleanup_frequency=0.1");
  EXPECT_EQ(url.journal.path, "/data/m x.db.cinnabar");
  EXPECT_EQ(url.journal.retention.count, 7U);
  EXPECT_EQ(good("transport_url bolt://m.db").journal.path, "m.db.cinnabar");
  EXPECT_EQ(good("transport_url local://local").journal.type, JournalType::kMemory);

  EXPECT_THAT(bad("transport redis"), HasSubstr("f:1:11: there is no transport \"redis\"; Cinnabar keeps"));
  EXPECT_THAT(bad("transport"), HasSubstr("transport takes one name, bolt or local"));
  EXPECT_THAT(bad("transport local {\n path x\n}"), HasSubstr("transport local takes no options"));
  EXPECT_THAT(bad("transport bolt {\n sise 1\n}"), HasSubstr("f:2:2: unknown option \"sise\""));
  EXPECT_THAT(bad("transport bolt {\n size\n}"), HasSubstr("f:2:2: size takes one value"));
  EXPECT_EQ(bad("transport bolt {\n size x\n}"), "f:2:2: size must be a whole number, 0 or more, got \"x\"");
  EXPECT_THAT(bad("transport_url redis://:pw@host"), HasSubstr("must begin with bolt:// or local://"));
  EXPECT_EQ(bad("transport local\ntransport_url local://local"),
            "f:2:1: transport_url is there beside transport; remove one of them");
  EXPECT_EQ(bad("transport_url local://local\ntransport local"),
            "f:2:1: transport is there beside transport_url; remove one of them");
  EXPECT_THAT(bad("transport_url bolt://a?siez=1"), HasSubstr("unknown parameter \"siez\""));
}

TEST(CaddyHub, WhatHasNoEquivalent_CFG_1) {
  for (const char* text : {"name a", "topic_matcher_cache 5", "subscriber_list_cache_size 5",
                           "topic_selector_cache 1 2", "debugger", "ui"}) {
    EXPECT_THAT(note(text), HasSubstr("f:1:1: ")) << text;
  }
  EXPECT_THAT(note("transport bolt {\n bucket_name b\n}"), HasSubstr("f:2:2: bucket_name has no meaning"));
  for (const char* text : {"playground", "demo"}) EXPECT_THAT(bad(text), HasSubstr("`cinnabar run --dev`"));
}

TEST(CaddyHub, UnknownDirectives_CFG_2) {
  EXPECT_EQ(bad("anonimous"), "f:1:1: unknown directive \"anonimous\"; did you mean \"anonymous\"?");
  EXPECT_THAT(bad("tls a b"), HasSubstr("of the mercure block; it is one of the site"));
  EXPECT_THAT(bad("zzz"), HasSubstr("f:1:1: unknown directive \"zzz\"; docs/migration.md lists"));
  EXPECT_EQ(
      bad("presence_grace 4s"),
      "f:1:1: unknown directive \"presence_grace\" of the mercure block; it is a setting of Cinnabar's own, "
      "CINNABAR_HUB_PRESENCE_GRACE or hub.presence_grace in a file");
}

TEST(CaddyHub, WrongValues_CFG_2) {
  EXPECT_EQ(bad("heartbeat soon"),
            "f:1:1: heartbeat must be a duration such as \"40s\" or \"2m\", got \"soon\"");
  EXPECT_EQ(bad("protocol_version_compatibility 9"),
            "f:1:1: protocol_version_compatibility must be 7 or 8, got \"9\"");
  EXPECT_EQ(bad("anonymous yes"), "f:1:1: anonymous takes no value; remove what follows it");
  EXPECT_EQ(bad("heartbeat"), "f:1:1: heartbeat takes one value");
  EXPECT_EQ(bad("heartbeat 1s {\n}"), "f:1:1: heartbeat takes one value");
  EXPECT_EQ(bad("cors_origins"), "f:1:1: cors_origins takes one or more values");
  EXPECT_EQ(bad("heartbeat 1s\nheartbeat 2s"),
            "f:2:1: heartbeat is there twice, first at f:1:1; remove one of them");
  EXPECT_THAT(good("anonymous\nanonymous").hub.anonymous, true);
  EXPECT_EQ(bad("cookie_name {env.NONE}"), "f:1:1: {env.NONE} names an environment variable that is not set");
  // CFG-4: what a placeholder stands for is not repeated.
  EXPECT_EQ(bad("heartbeat {env.KEY}", {{"KEY", "hush"}}),
            "f:1:1: heartbeat must be a duration such as \"40s\" or \"2m\"");
}

TEST(CaddyHub, WrongIssuers_CFG_2) {
  const auto role = [](const std::string& lines) {
    return bad("issuer a {\n publisher {\n" + lines + "\n }\n}");
  };
  EXPECT_THAT(bad("issuer {\n}"), HasSubstr("issuer takes the iss of its tokens and a block"));
  EXPECT_THAT(bad("issuer a"), HasSubstr("issuer takes the iss of its tokens and a block"));
  EXPECT_EQ(bad("issuer a {\n publishr {\n }\n}"),
            "f:2:2: unknown directive \"publishr\" in issuer; did you mean \"publisher\"?");
  EXPECT_THAT(bad("issuer a {\n authorization_server x\n}"),
              HasSubstr("authorization_server takes no value"));
  EXPECT_THAT(bad("issuer a {\n publisher x\n}"), HasSubstr("publisher takes a block with jwt or jwks_uri"));
  EXPECT_THAT(role("jwt a\njwks_uri https://b"), HasSubstr("f:4:1: publisher has a key already"));
  EXPECT_THAT(role("key a"), HasSubstr("known are: jwt, jwks_uri"));
  EXPECT_THAT(role("jwt"), HasSubstr("f:3:1: jwt needs a key"));
  EXPECT_THAT(role("jwt a b c"), HasSubstr("jwt takes a key and an algorithm, no more"));
  EXPECT_THAT(role("jwt {file./none}"), HasSubstr("f:3:1: jwt_file names no key: cannot read /none"));
  EXPECT_THAT(role("jwt hush HS257"), HasSubstr("f:3:1: the algorithm must be one of HS256"));
  EXPECT_THAT(bad("issuer a {\n publisher {\n jwt a\n }\n publisher {\n jwt b\n }\n}"),
              HasSubstr("two blocks called publisher"));
}

}  // namespace
}  // namespace cinnabar::caddy
