// SPDX-License-Identifier: Apache-2.0
#include "app/config_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace cinnabar {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Every member that a field can set, as text, for comparing two configurations.
std::string fingerprint(const Config& c) {
  std::string text;
  const auto add = [&text](const auto& value) {
    if constexpr (std::is_convertible_v<decltype(value), std::string>) {
      text += value + "|";
    } else if constexpr (std::is_enum_v<std::decay_t<decltype(value)>>) {
      text += std::to_string(static_cast<int>(value)) + "|";
    } else if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Duration>) {
      text += std::to_string(value.count()) + "|";
    } else {
      text += std::to_string(value) + "|";
    }
  };
  for (const http::ListenAddress& address : c.server.listen) {
    add(address.tls);
    add(address.host);
    add(address.port);
  }
  add(c.server.tls.self_signed);
  add(c.server.tls.certificate);
  add(c.server.tls.key);
  add(c.server.self_signed_directory);
  add(c.server.limits.header_timeout);
  add(c.server.limits.body_timeout);
  add(c.server.limits.idle_timeout);
  add(c.server.limits.header_bytes);
  add(c.server.limits.uri_bytes);
  add(c.hub.anonymous);
  add(c.hub.subscriptions);
  add(c.hub.presence_grace);
  add(c.server.limits.peer_timeout);
  add(c.hub.path);
  add(c.hub.resource_identifier);
  add(c.hub.heartbeat);
  add(c.hub.write_timeout);
  add(c.hub.dispatch_timeout);
  add(c.hub.drain_timeout);
  const ProtocolLimits& l = c.hub.limits;
  for (const std::size_t limit :
       {l.body_bytes, l.matchers_per_request, l.pattern_bytes, l.topics_per_update, l.topic_bytes, l.id_bytes,
        l.type_bytes, l.retry_bytes, l.details_per_token, l.matchers_per_token, l.token_pattern_bytes}) {
    add(limit);
  }
  for (const IssuerConfig& issuer : c.issuers) {
    add(issuer.id);
    add(issuer.protocol.value_or(IssuerProtocol::k1_0));
    add(issuer.authorization_server.value_or(false));
    for (const auto* keys : {&issuer.publisher, &issuer.subscriber}) {
      text += "role ";
      for (const KeyConfig& key : *keys) {
        add(key.jwt);
        add(key.jwks_uri);
        for (const Algorithm algorithm : key.algorithms) add(algorithm);
      }
    }
  }
  add(c.hub.cookie_name);
  add(c.hub.compatibility);
  add(c.hub.deny);
  add(c.hub.token_cache);
  add(c.hub.production);
  for (const auto* list :
       {&c.server.trusted_proxies, &c.hub.public_urls, &c.hub.cors_origins, &c.hub.publish_origins}) {
    text += "list ";
    for (const std::string& item : *list) add(item);
  }
  add(c.jwks.timeout);
  add(c.jwks.cooldown);
  add(c.jwks.min_lifetime);
  add(c.jwks.max_lifetime);
  add(c.jwks.max_size);
  add(c.jwks.allow_private_addresses);
  add(c.jwks.ca_file);
  add(c.journal.type);
  add(c.journal.path);
  add(c.journal.retention.count);
  add(c.journal.retention.age_ms);
  add(c.journal.retention.bytes);
  add(c.journal.retention.subscriptions);
  add(c.journal.sync);
  add(c.journal.sync_interval);
  add(c.log.level);
  for (const http::ListenAddress& address : c.admin.listen) {
    add(address.host);
    add(address.port);
  }
  add(c.admin.token);
  add(c.admin.live_grace);
  return text;
}

std::string other_value(const Field& field) {
  switch (field.type) {
    case FieldType::kText: return field.key.ends_with("jwt_file") ? "/etc/debian_version" : "/other";
    case FieldType::kList: return field.key.ends_with("alg") ? "ES256" : "https://other.example";
    case FieldType::kAddressList: return "http://127.0.0.1:1";
    case FieldType::kDuration: return "77s";
    case FieldType::kSize: return "77KiB";
    case FieldType::kCount: return field.name() == "hub.protocol_version_compatibility" ? "7" : "77";
    case FieldType::kBool: return "true";
    case FieldType::kChoice: break;
  }
  if (field.name() == "server.tls") return "self-signed";
  if (field.name() == "journal.type") return "memory";
  if (field.name() == "journal.sync") return "never";
  if (field.name() == "log.level") return "error";
  if (field.name() == "issuer.protocol") return "both";
  return "";
}

TEST(ConfigSchema, DocumentedDefaultsAreTheDefaults) {
  for (const Field& field : config_fields()) {
    if (field.default_text.empty() || field.section == "issuer") continue;
    Config config;
    const std::vector<std::string> items = {field.default_text};
    ASSERT_TRUE(field.set(config, items).ok()) << field.name();
    EXPECT_EQ(fingerprint(config), fingerprint(Config{})) << field.name();
  }
}

TEST(ConfigSchema, EachFieldSetsSomethingOfItsOwn) {
  std::set<std::string> seen = {fingerprint(Config{})};
  for (const Field& field : config_fields()) {
    Config config;
    const std::vector<std::string> items = {other_value(field)};
    ASSERT_TRUE(field.set(config, items).ok()) << field.name();
    EXPECT_TRUE(seen.insert(fingerprint(config)).second) << field.name();
  }
}

TEST(ConfigSchema, NamesAreUniqueAndDescribed) {
  std::set<std::string> names;
  std::set<std::string> variables;
  for (const Field& field : config_fields()) {
    EXPECT_TRUE(names.insert(field.name()).second) << field.name();
    EXPECT_TRUE(variables.insert(field.variable()).second) << field.variable();
    EXPECT_EQ(find_field(field.name()), &field);
    EXPECT_FALSE(field.description.empty()) << field.name();
    EXPECT_EQ(field.description.back(), '.') << field.name();
    EXPECT_EQ(field.expectation.rfind("must be ", 0), 0U) << field.name();
    EXPECT_FALSE(field.since.empty()) << field.name();
  }
  EXPECT_EQ(find_field("hub.nothing"), nullptr);
  EXPECT_EQ(find_field("hub"), nullptr);
}

TEST(ConfigSchema, NamesOfAllSources) {
  const Field* field = find_field("journal.retention.bytes");
  ASSERT_NE(field, nullptr);
  EXPECT_EQ(field->variable(), "CINNABAR_JOURNAL_RETENTION_BYTES");
  EXPECT_EQ(field->flag(), "--journal.retention.bytes");
}

TEST(ConfigSchema, Tables) {
  EXPECT_THAT(config_names_below(""),
              ElementsAre("server", "hub", "issuer", "jwks", "journal", "log", "admin"));
  EXPECT_THAT(config_names_below("journal.retention"), ElementsAre("count", "age", "bytes", "subscriptions"));
  EXPECT_THAT(config_names_below("server.tls"), ElementsAre("certificate", "key"));
  EXPECT_THAT(config_names_below("issuer"),
              ElementsAre("id", "protocol", "authorization_server", "publisher", "subscriber"));
  EXPECT_THAT(config_names_below("hub.path"), IsEmpty());
  EXPECT_THAT(config_names_below("journal.ret"), IsEmpty());
  EXPECT_THAT(config_names_below("jour"), IsEmpty());
  EXPECT_TRUE(is_config_table("hub"));
  EXPECT_FALSE(is_config_table("hub.heartbeat"));
}

}  // namespace
}  // namespace cinnabar
