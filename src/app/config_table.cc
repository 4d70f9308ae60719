// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/config_schema.h"
#include "app/field_makers.h"

namespace cinnabar {

namespace {

using namespace field_makers;  // NOLINT: this file is nothing but their use

constexpr Duration kTick = std::chrono::milliseconds(1);
constexpr Duration kSecond = std::chrono::seconds(1);

/// Collects the table; each add() completes a field that a maker above has begun.
class Table {
 public:
  void section(std::string name) { section_ = std::move(name); }
  void add(std::string key, std::string default_text, Field field, std::string description) {
    field.section = section_;
    field.key = std::move(key);
    field.default_text = std::move(default_text);
    field.description = std::move(description);
    field.since = "0.1";
    fields_.push_back(std::move(field));
  }
  std::vector<Field> take() { return std::move(fields_); }

 private:
  std::string section_;
  std::vector<Field> fields_;
};

void add_server(Table& table) {
  table.section("server");
  table.add("listen", "http://127.0.0.1:3000", listen_field(),
            "Where to listen: http:// or https://, a numeric address or localhost, and a port.");
  table.add("tls", "", self_signed_field(),
            "The certificate of https addresses: \"self-signed\" makes one for localhost.");
  table.add("tls.certificate", "", tls_path_field(&TlsConfig::certificate),
            "The PEM file with the certificate and its chain.");
  table.add("tls.key", "", tls_path_field(&TlsConfig::key),
            "The PEM file with the certificate's private key.");
  table.add("self_signed_directory", "cinnabar-tls",
            text_field([](Config& c) -> std::string& { return c.server.self_signed_directory; }),
            "The directory where a self-signed certificate is kept.");
  table.add("trusted_proxies", "",
            list_field([](Config& c) -> std::vector<std::string>& { return c.server.trusted_proxies; }),
            "Addresses and networks of proxies whose X-Forwarded-* and Forwarded fields are believed.");
  table.add("header_timeout", "10s",
            duration_field([](Config& c) -> Duration& { return c.server.limits.header_timeout; }, kTick),
            "How long a client may take to send a request's head.");
  table.add("body_timeout", "30s",
            duration_field([](Config& c) -> Duration& { return c.server.limits.body_timeout; }, kTick),
            "How long a client may take to send a request's body.");
  table.add("idle_timeout", "75s",
            duration_field([](Config& c) -> Duration& { return c.server.limits.idle_timeout; }, kTick),
            "How long a connection without a request is kept open.");
  table.add("peer_timeout", "45s",
            duration_field([](Config& c) -> Duration& { return c.server.limits.peer_timeout; }, kSecond),
            "How long a peer that cannot be reached any more is taken to be there.");
  table.add("max_header_size", "64KiB",
            size_field([](Config& c) -> std::size_t& { return c.server.limits.header_bytes; }, 1024),
            "The largest head of a request.");
  table.add("max_uri_length", "16KiB",
            size_field([](Config& c) -> std::size_t& { return c.server.limits.uri_bytes; }, 256),
            "The longest URI of a request.");
}

void add_hub(Table& table) {
  table.section("hub");
  table.add("anonymous", "false", bool_field([](Config& c) -> bool& { return c.hub.anonymous; }),
            "Whether anybody may subscribe, without a token, to public updates.");
  table.add("path", "/.well-known/mercure", text_field([](Config& c) -> std::string& { return c.hub.path; }),
            "The path of the hub's URL.");
  table.add("resource_identifier", "",
            text_field([](Config& c) -> std::string& { return c.hub.resource_identifier; }),
            "The audience (aud) that tokens must name; by default the URL that the client used.");
  table.add("public_urls", "",
            list_field([](Config& c) -> std::vector<std::string>& { return c.hub.public_urls; }),
            "The only origins under which the hub may be addressed; by default any.");
  table.add("cors_origins", "",
            list_field([](Config& c) -> std::vector<std::string>& { return c.hub.cors_origins; }),
            "Origins of other sites whose pages may use the hub; \"*\": all, but without cookies.");
  table.add("publish_origins", "",
            list_field([](Config& c) -> std::vector<std::string>& { return c.hub.publish_origins; }),
            "Origins of other sites whose pages may publish by cookie.");
  table.add("cookie_name", "__Secure-mercure_access_token",
            text_field([](Config& c) -> std::string& { return c.hub.cookie_name; }),
            "The cookie that may hold a browser's token.");
  table.add("protocol_version_compatibility", "", compatibility_field(),
            "Serve clients and tokens of protocol 0.x too: of version 8, or of 7 and 8.");
  table.add("subscriptions", "false", bool_field([](Config& c) -> bool& { return c.hub.subscriptions; }),
            "Announce who subscribes to what, and list it to those who may see it.");
  table.add("presence_grace", "0s",
            duration_field([](Config& c) -> Duration& { return c.hub.presence_grace; }),
            "How long a subscriber who left may take to come back before it is announced; 0s: no time.");
  table.add("deny", "", text_field([](Config& c) -> std::string& { return c.hub.deny; }),
            "The file with the deny list, which is read again when it changes.");
  table.add("token_cache", "10000", count_field([](Config& c) -> std::size_t& { return c.hub.token_cache; }),
            "How many verified tokens to remember, so that their signatures are not checked again; 0: none.");
  table.add("production", "false", bool_field([](Config& c) -> bool& { return c.hub.production; }),
            "Refuse to start with what is fine for development only, such as a well-known secret.");
  table.add("heartbeat", "40s", duration_field([](Config& c) -> Duration& { return c.hub.heartbeat; }),
            "How long a stream may be silent before a comment is sent; 0s: never.");
  table.add("write_timeout", "600s",
            duration_field([](Config& c) -> Duration& { return c.hub.write_timeout; }),
            "The longest life of a subscriber's connection; 0s: no limit.");
  table.add("dispatch_timeout", "5s",
            duration_field([](Config& c) -> Duration& { return c.hub.dispatch_timeout; }),
            "How long a subscriber may take nothing of what is due before it is closed; 0s: no limit.");
  table.add("drain_timeout", "25s",
            duration_field([](Config& c) -> Duration& { return c.hub.drain_timeout; }),
            "Over how long streams are closed when the hub stops; 0s: all at once.");

  const auto limit = [&table](const char* key, const char* text, std::size_t ProtocolLimits::*member,
                              const char* description) {
    table.add(key, text, size_field([member](Config& c) -> std::size_t& { return c.hub.limits.*member; }),
              description);
  };
  const auto count = [&table](const char* key, const char* text, std::size_t ProtocolLimits::*member,
                              const char* description) {
    table.add(key, text, count_field([member](Config& c) -> std::size_t& { return c.hub.limits.*member; }),
              description);
  };
  limit("max_request_body_size", "1MiB", &ProtocolLimits::body_bytes,
        "The largest body of a publish or QUERY request; 0: no limit.");
  count("max_matchers", "100", &ProtocolLimits::matchers_per_request,
        "The most topic matchers of one subscribe request; 0: no limit.");
  limit("max_pattern_length", "4KiB", &ProtocolLimits::pattern_bytes,
        "The longest pattern of a subscribe request; 0: no limit.");
  count("max_topics", "1000", &ProtocolLimits::topics_per_update,
        "The most topics of one update; 0: no limit.");
  limit("max_topic_length", "4KiB", &ProtocolLimits::topic_bytes,
        "The longest topic of an update; 0: no limit.");
  limit("max_id_length", "1KiB", &ProtocolLimits::id_bytes, "The longest id of an update; 0: no limit.");
  limit("max_type_length", "256", &ProtocolLimits::type_bytes, "The longest type of an update; 0: no limit.");
  limit("max_retry_length", "18", &ProtocolLimits::retry_bytes,
        "The most digits of an update's retry; 0: no limit.");
  count("max_token_details", "100", &ProtocolLimits::details_per_token,
        "The most Mercure authorization details of one token; 0: no limit.");
  count("max_token_matchers", "100", &ProtocolLimits::matchers_per_token,
        "The most topic matchers of one token; 0: no limit.");
  limit("max_token_pattern_length", "4KiB", &ProtocolLimits::token_pattern_bytes,
        "The longest pattern in a token; 0: no limit.");
}

void add_issuer(Table& table) {
  table.section("issuer");
  table.add("id", "", text_field([](Config& c) -> std::string& { return last_issuer(c).id; }),
            "The identifier (iss) of tokens that this issuer signs.");
  table.add(
      "protocol", "1.0",
      choice_field<IssuerProtocol>(
          {{"1.0", IssuerProtocol::k1_0}, {"0.x", IssuerProtocol::k0_x}, {"both", IssuerProtocol::kBoth}},
          [](Config& c) -> std::optional<IssuerProtocol>& { return last_issuer(c).protocol; }),
      "The protocol whose tokens this issuer makes: 1.0, 0.x or both.");
  table.add("authorization_server", "false",
            bool_field([](Config& c) -> std::optional<bool>& { return last_issuer(c).authorization_server; }),
            "Whether this issuer is an OAuth authorization server, to be named in the hub's metadata.");
  for (const auto& [name, keys] : {std::pair{std::string("publisher"), &IssuerConfig::publisher},
                                   std::pair{std::string("subscriber"), &IssuerConfig::subscriber}}) {
    table.add(name + ".jwt", "", jwt_field(keys),
              "The key that verifies tokens of " + name + "s: a secret, a PEM, or a JWK.");
    table.add(
        name + ".jwt_file", "", jwt_file_field(keys),
        "A file that holds that key, instead of jwt, such as a secret of a container or a credential of "
        "systemd.");
    table.add(name + ".jwks_uri", "", jwks_uri_field(keys),
              "Where the keys of " + name + "s are published as a JWK Set: https: or file:.");
    table.add(name + ".alg", "", algorithm_field(keys),
              "The algorithm of that key, or the list of those that a JWK Set may be used with; by default "
              "HS256 for a "
              "secret, and all but HS256, HS384 and HS512 for a set.");
  }
}

void add_jwks(Table& table) {
  table.section("jwks");
  table.add("timeout", "5s", duration_field([](Config& c) -> Duration& { return c.jwks.timeout; }, kTick),
            "How long fetching a JWK Set may take.");
  table.add("cooldown", "5s", duration_field([](Config& c) -> Duration& { return c.jwks.cooldown; }, kTick),
            "How long after a fetch an unknown key may cause another one.");
  table.add("min_lifetime", "60s",
            duration_field([](Config& c) -> Duration& { return c.jwks.min_lifetime; }, kTick),
            "How long a JWK Set is kept at least, whatever its server says.");
  table.add("max_lifetime", "24h",
            duration_field([](Config& c) -> Duration& { return c.jwks.max_lifetime; }, kTick),
            "How long a JWK Set is kept at most before it is fetched again.");
  table.add("max_size", "256KiB", size_field([](Config& c) -> std::size_t& { return c.jwks.max_size; }, 1024),
            "The largest JWK Set.");
  table.add("allow_private_addresses", "false",
            bool_field([](Config& c) -> bool& { return c.jwks.allow_private_addresses; }),
            "Whether JWK Sets may be fetched from private and loopback addresses.");
  table.add("ca_file", "", text_field([](Config& c) -> std::string& { return c.jwks.ca_file; }),
            "The PEM file with the authorities that sign certificates of JWK Set servers; by default the "
            "system's.");
}

void add_journal(Table& table) {
  table.section("journal");
  table.add("type", "rocksdb",
            choice_field<JournalType>({{"rocksdb", JournalType::kRocksDb}, {"memory", JournalType::kMemory}},
                                      [](Config& c) -> JournalType& { return c.journal.type; }),
            "Where history is kept: \"rocksdb\" (on disk) or \"memory\" (lost at the end).");
  table.add("path", "cinnabar.db", text_field([](Config& c) -> std::string& { return c.journal.path; }),
            "The directory of the history on disk.");
  table.add("retention.count", "0",
            count_field([](Config& c) -> std::uint64_t& { return c.journal.retention.count; }),
            "How many updates to keep; 0: no limit.");
  table.add("retention.age", "0s",
            duration_field([](Config& c) -> std::int64_t& { return c.journal.retention.age_ms; }),
            "How long to keep an update; 0s: no limit.");
  table.add("retention.bytes", "1GiB",
            size_field([](Config& c) -> std::uint64_t& { return c.journal.retention.bytes; }),
            "How many bytes of updates to keep; 0: no limit.");
  table.add("retention.subscriptions", "100000",
            count_field([](Config& c) -> std::uint64_t& { return c.journal.retention.subscriptions; }),
            "How many events on subscriptions to keep, which the other limits do not count; 0: no limit.");
  table.add("sync", "always",
            choice_field<JournalSync>({{"always", JournalSync::kAlways},
                                       {"interval", JournalSync::kInterval},
                                       {"never", JournalSync::kNever}},
                                      [](Config& c) -> JournalSync& { return c.journal.sync; }),
            "When updates are forced to the disk: \"always\" before the publisher is answered, at an "
            "\"interval\", or \"never\" (when the system likes).");
  table.add("sync_interval", "100ms",
            duration_field([](Config& c) -> Duration& { return c.journal.sync_interval; },
                           std::chrono::milliseconds(1)),
            "How often, when sync is \"interval\".");
}

void add_log(Table& table) {
  table.section("log");
  table.add("level", "info",
            choice_field<LogLevel>({{"debug", LogLevel::kDebug},
                                    {"info", LogLevel::kInfo},
                                    {"warn", LogLevel::kWarn},
                                    {"error", LogLevel::kError},
                                    {"off", LogLevel::kOff}},
                                   [](Config& c) -> LogLevel& { return c.log.level; }),
            "The least important events that are logged: debug, info, warn, error or off.");
}

void add_admin(Table& table) {
  table.section("admin");
  table.add("listen", "http://127.0.0.1:2019", admin_listen_field(),
            "Where operators are served health and metrics, written as server.listen; \"off\": nowhere.");
  table.add("token", "", admin_token_field(),
            "The secret that requests to admin addresses, but for health, must bring as a bearer token.");
  table.add(
      "live_grace", "300s", duration_field([](Config& c) -> Duration& { return c.admin.live_grace; }),
      "How long the history may not be writable before the hub says that it is not alive; 0s: for ever.");
}

}  // namespace

std::vector<Field> make_config_fields() {
  Table table;
  add_server(table);
  add_hub(table);
  add_issuer(table);
  add_jwks(table);
  add_journal(table);
  add_log(table);
  add_admin(table);
  return table.take();
}

}  // namespace cinnabar
