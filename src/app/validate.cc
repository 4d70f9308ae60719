// SPDX-License-Identifier: Apache-2.0
#include "app/validate.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

#include "api/origin.h"
#include "api/trusted_proxies.h"
#include "app/keys.h"
#include "auth/jwks/fetcher.h"

namespace cinnabar {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

/// pchar of RFC 3986 section 3.3 without escapes, which could be written in several ways.
bool is_path_character(char c) {
  return is_letter(c) || is_digit(c) ||
         std::string_view("-._~!$&'()*+,;=:@/").find(c) != std::string_view::npos;
}

/// What is wrong with hub.path, continuing "hub.path "; empty: nothing.
std::string path_problem(std::string_view path) {
  if (path.empty() || path.front() != '/') return "must begin with \"/\"";
  if (path.back() == '/') return "must not end with \"/\"";
  if (!std::all_of(path.begin(), path.end(), is_path_character)) {
    return "may hold only letters, digits and -._~!$&'()*+,;=:@/";
  }
  const std::string closed = std::string(path) + '/';
  for (const std::string_view segment : {"//", "/./", "/../"}) {
    if (closed.find(segment) != std::string::npos) return "must not have empty, \".\" or \"..\" segments";
  }
  return {};
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// The scheme of an absolute URL without fragment (DISC-13), in lower case; empty: it isn't one.
std::string absolute_url_scheme(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_letter(url.front())) return {};
  const std::string scheme = lower(url.substr(0, colon));
  for (const char c : scheme) {
    if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return {};
  }
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || std::string_view("#\"<>\\^`{|}").find(c) != std::string_view::npos) {
      return {};
    }
  }
  const std::string_view rest = url.substr(colon + 1);
  if (rest.empty()) return {};
  if (scheme == "http" || scheme == "https") {
    if (!starts_with(rest, "//")) return {};
    const std::string_view authority = rest.substr(2, rest.find_first_of("/?", 2) - 2);
    if (authority.empty() || authority.front() == ':' || authority.find('@') != std::string_view::npos)
      return {};
  }
  return scheme;
}

/// RFC 6265 section 4.1.1: a token of RFC 9110.
bool is_cookie_character(char c) {
  return is_letter(c) || is_digit(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// Whether what is sent to this address stays on this machine.
bool is_loopback(const http::ListenAddress& address) {
  return address.host == "localhost" || address.host == "::1" || address.host.starts_with("127.");
}

class Validator {
 public:
  explicit Validator(const Config& config) : config_(config) {}

  Validation run() {
    check_server();
    check_hub();
    check_issuers();
    check_jwks();
    check_journal();
    check_admin();
    return std::move(found_);
  }

 private:
  /// "cinnabar.toml:3:8: ", or nothing for a default.
  std::string origin(std::string_view field) const {
    const auto found = config_.origins.find(field);
    return found == config_.origins.end() ? std::string() : found->second + ": ";
  }
  void error(std::string_view field, std::string_view sentence) {
    found_.errors.push_back(origin(field) + std::string(field) + ' ' + std::string(sentence));
  }
  void warn(std::string_view field, std::string_view sentence) {
    found_.warnings.push_back(origin(field) + std::string(field) + ' ' + std::string(sentence));
  }

  void check_server() {
    const ServerConfig& server = config_.server;
    bool https = false;
    std::set<std::pair<std::string, unsigned>> seen;
    for (const http::ListenAddress& address : server.listen) {
      https = https || address.tls;
      if (address.port != 0 && !seen.emplace(address.host, address.port).second) {
        error("server.listen", "names " + address.host + " port " + std::to_string(address.port) + " twice");
      }
    }
    // PRES-9: a proxy that is trusted may well speak TLS.
    const bool in_clear = std::any_of(server.listen.begin(), server.listen.end(), [](const auto& address) {
      return !address.tls && !is_loopback(address);
    });
    if (in_clear && server.trusted_proxies.empty()) {
      warn("server.listen",
           "has an http address that others can reach, so tokens would travel in clear text; use https, or "
           "put a proxy "
           "with TLS in front and name it in server.trusted_proxies");
    }
    const TlsConfig& tls = server.tls;
    if (server.listen.empty()) error("server.listen", "must name at least one address");
    if (!tls.self_signed && !tls.certificate.empty() && tls.key.empty()) {
      error("server.tls.certificate", "needs its private key; set server.tls.key too");
    } else if (!tls.self_signed && tls.certificate.empty() && !tls.key.empty()) {
      error("server.tls.key", "needs its certificate; set server.tls.certificate too");
    } else if (https && !tls.configured()) {
      error("server.listen",
            "has an https address, but there is no certificate; set server.tls to "
            "{ certificate = \"cert.pem\", key = \"key.pem\" } or to \"self-signed\"");
    } else if (!https && tls_was_given() && !admin_uses_tls()) {
      warn("server.tls", "is not used: no address of server.listen begins with https://");
    }
  }

  bool admin_uses_tls() const {
    return std::any_of(config_.admin.listen.begin(), config_.admin.listen.end(),
                       [](const auto& address) { return address.tls; });
  }

  /// By the user: a default that is not needed is no mistake.
  bool tls_was_given() const {
    return config_.origins.count("server.tls") != 0 || config_.origins.count("server.tls.certificate") != 0;
  }

  void check_hub() {
    const HubConfig& hub = config_.hub;
    if (const std::string problem = path_problem(hub.path); !problem.empty()) {
      error("hub.path", problem + ", got " + quoted(hub.path));
    }
    check_origins();
    if (hub.resource_identifier.empty()) return;
    const std::string scheme = absolute_url_scheme(hub.resource_identifier);
    if (scheme.empty()) {
      error("hub.resource_identifier",
            "must be an absolute URL without fragment such as \"https://hub.example.com" + hub.path +
                "\", got " + quoted(hub.resource_identifier));
    } else if (scheme != "https") {
      warn("hub.resource_identifier", "should begin with https://, got " + quoted(hub.resource_identifier));
    }
  }

  void check_origins() {
    const HubConfig& hub = config_.hub;
    for (const auto& [field, entries] : {std::pair{"hub.cors_origins", &hub.cors_origins},
                                         std::pair{"hub.publish_origins", &hub.publish_origins}}) {
      if (const auto list = OriginList::parse(*entries); !list) error(field, list.error().detail);
    }
    for (const std::string& url : hub.public_urls) {
      if (normal_origin(url)) continue;
      error("hub.public_urls", "has the entry " + quoted(url) +
                                   ", which must be an origin such as https://hub.example.com, without path");
    }
    if (const auto proxies = TrustedProxies::parse(config_.server.trusted_proxies); !proxies) {
      error("server.trusted_proxies", proxies.error().detail);
    }
    if (!std::all_of(hub.cookie_name.begin(), hub.cookie_name.end(), is_cookie_character)) {
      error("hub.cookie_name",
            "may hold only letters, digits and !#$%&'*+-.^_`|~, got " + quoted(hub.cookie_name));
    }
  }

  void check_issuers() {
    std::set<std::string> ids;
    bool publishers = false;
    bool subscribers = false;
    for (const IssuerConfig& issuer : config_.issuers) {
      const std::string place = issuer.origin.empty() ? std::string() : issuer.origin + ": ";
      const std::string who = issuer.id.empty() ? "this issuer" : "issuer " + quoted(issuer.id);
      const IssuerProtocol protocol = protocol_of(issuer, config_.hub);
      if (issuer.id.empty() && protocol != IssuerProtocol::k0_x) {
        found_.errors.push_back(place +
                                "this issuer has no id; set id to the iss of its tokens, such as "
                                "\"https://example.com\" (only one with protocol = \"0.x\" needs none)");
      } else if (!ids.insert(issuer.id).second) {
        found_.errors.push_back(place + who +
                                " is there twice; an id must be unique, and one issuer may have "
                                "several keys: publisher = [{ jwt = … }, { jwt = … }]");
      }
      if (protocol != IssuerProtocol::k1_0) {
        found_.warnings.push_back(
            place + who +
            " speaks protocol 0.x: its tokens need no audience and no expiry; set protocol = "
            "\"1.0\" once its clients can");
      }
      if (issuer.publisher.empty() && issuer.subscriber.empty()) {
        found_.errors.push_back(place + who +
                                " has no key; set publisher = { jwt = \"…\" }, subscriber, or both");
      }
      publishers = publishers || !issuer.publisher.empty();
      subscribers = subscribers || !issuer.subscriber.empty();
      for (const KeyConfig& key : issuer.publisher) check_key(place, "the publisher key of " + who, key);
      for (const KeyConfig& key : issuer.subscriber) check_key(place, "the subscriber key of " + who, key);
    }
    if (config_.issuers.empty()) {
      found_.errors.emplace_back(
          "no issuer is configured, so nobody could publish; add [[issuer]] with an id and a publisher key, "
          "or set "
          "CINNABAR_ISSUER_ID and CINNABAR_ISSUER_PUBLISHER_JWT (to try a hub without: cinnabar run --dev)");
      return;
    }
    if (!publishers) {
      found_.errors.emplace_back(
          "no issuer has a publisher key, so nobody could publish; set publisher = { jwt = \"…\" } in an "
          "[[issuer]]");
    }
    if (!subscribers && !config_.hub.anonymous) {
      found_.errors.emplace_back(
          "no issuer has a subscriber key, so nobody could subscribe; set subscriber = { jwt = \"…\" } in "
          "an [[issuer]], or hub.anonymous = true");
    }
  }

  void check_key(const std::string& place, const std::string& what, const KeyConfig& key) {
    const auto complain = [&](const std::string& clause) {
      found_.errors.push_back(place + what + " " + clause);
    };
    if (key.jwt.empty() == key.jwks_uri.empty()) {
      return complain(key.jwt.empty() ? "has neither jwt nor jwks_uri; set one of them"
                                      : "has both jwt and jwks_uri; set one of them");
    }
    if (!key.jwks_uri.empty()) {
      if (Result<void> checked = check_jwks_uri(key.jwks_uri); !checked) {
        complain("has a jwks_uri that " + checked.error().detail);
      }
      if (const auto algorithms = set_algorithms(key); !algorithms) complain(algorithms.error().detail);
      return;
    }
    const Result<ConfiguredKey> read = read_key(key);
    if (!read) return complain(read.error().detail);
    if (read->key.key.type() == KeyType::kSecret) check_secret(place, what, key.jwt, *read);
  }

  /// TOK-20, CFG-7.
  void check_secret(const std::string& place, const std::string& what, const std::string& given,
                    const ConfiguredKey& key) {
    constexpr std::string_view kAdvice = "; choose a random one, such as `openssl rand -base64 48` prints";
    if (given == kWellKnownSecret) {
      std::string sentence = place + what + " is the well-known development secret: ANYBODY can make tokens";
      sentence += kAdvice;
      (config_.hub.production ? found_.errors : found_.warnings).push_back(std::move(sentence));
      return;
    }
    for (const Algorithm algorithm : key.algorithms) {
      if (key.key.key.secret_bytes() >= hash_bytes(algorithm)) continue;
      found_.warnings.push_back(place + what + " is shorter than the " +
                                std::to_string(hash_bytes(algorithm)) + " bytes that " +
                                std::string(name_of(algorithm)) + " deserves" + std::string(kAdvice));
    }
  }

  void check_jwks() {
    const JwksConfig& jwks = config_.jwks;
    if (jwks.min_lifetime > jwks.max_lifetime) {
      error("jwks.min_lifetime", "must not be longer than jwks.max_lifetime");
    }
    const bool used =
        std::any_of(config_.issuers.begin(), config_.issuers.end(), [](const IssuerConfig& issuer) {
          const auto is_set = [](const KeyConfig& key) { return !key.jwks_uri.empty(); };
          return std::any_of(issuer.publisher.begin(), issuer.publisher.end(), is_set) ||
                 std::any_of(issuer.subscriber.begin(), issuer.subscriber.end(), is_set);
        });
    if (!jwks.ca_file.empty() && used && ::access(jwks.ca_file.c_str(), R_OK) != 0) {
      error("jwks.ca_file", "cannot be read: " + jwks.ca_file + ": " + std::strerror(errno));
    }
  }

  void check_journal() {
    const JournalConfig& journal = config_.journal;
    if (journal.type == JournalType::kMemory) {
      if (config_.origins.count("journal.path") != 0) {
        warn("journal.path", "is not used: journal.type is \"memory\"");
      }
      return;
    }
    if (journal.path.empty()) error("journal.path", "must not be empty");
    const Retention& retention = journal.retention;
    if (retention.count == 0 && retention.age_ms == 0 && retention.bytes == 0) {
      warn("journal.retention", "has no limit: history grows until the disk is full");
    }
    if (journal.sync != JournalSync::kInterval && config_.origins.count("journal.sync_interval") != 0) {
      warn("journal.sync_interval", "is not used: journal.sync is not \"interval\"");
    }
  }

  /// OPS-2: who reaches the admin listener may end streams and read figures.
  void check_admin() {
    const AdminConfig& admin = config_.admin;
    const auto open = std::find_if(admin.listen.begin(), admin.listen.end(),
                                   [](const auto& address) { return !is_loopback(address); });
    if (open != admin.listen.end() && admin.token.empty()) {
      error("admin.listen",
            "has the address " + open->host +
                ", which others can reach, and there is no secret; set admin.token, or listen on "
                "127.0.0.1 only");
    }
    if (!std::all_of(admin.token.begin(), admin.token.end(), [](char c) { return c > ' ' && c < 0x7f; })) {
      error("admin.token", "may hold only visible characters of ASCII, as it travels in a header field");
    }
    if (admin_uses_tls() && !config_.server.tls.configured()) {
      error("admin.listen",
            "has an https address, but there is no certificate; set server.tls to "
            "{ certificate = \"cert.pem\", key = \"key.pem\" } or to \"self-signed\"");
    }
    for (const http::ListenAddress& address : admin.listen) {
      const bool taken = std::any_of(
          config_.server.listen.begin(), config_.server.listen.end(), [&address](const auto& other) {
            return other.host == address.host && other.port == address.port && address.port != 0;
          });
      if (taken) {
        error("admin.listen", "names " + address.host + " port " + std::to_string(address.port) +
                                  ", which server.listen names too; choose another port");
      }
    }
  }

  const Config& config_;
  Validation found_;
};

}  // namespace

Validation validate(const Config& config) { return Validator(config).run(); }

}  // namespace cinnabar
