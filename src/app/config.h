// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/algorithm.h"
#include "auth/issuer.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/server.h"
#include "journal/journal.h"
#include "protocol/compatibility.h"
#include "protocol/limits.h"

namespace cinnabar {

/// Where the certificate of https listeners comes from: made by the hub, or PEM files of the user.
struct TlsConfig {
  bool self_signed = false;
  std::string certificate;  ///< path of a PEM certificate chain
  std::string key;          ///< path of its PEM private key

  bool configured() const { return self_signed || !certificate.empty() || !key.empty(); }
};

struct ServerConfig {
  std::vector<http::ListenAddress> listen = {{.tls = false, .host = "127.0.0.1", .port = 3000}};
  TlsConfig tls;
  std::string self_signed_directory = "cinnabar-tls";  ///< where a self-signed certificate is kept
  std::vector<std::string> trusted_proxies;            ///< addresses and networks (ERR-14)
  http::ServerLimits limits;
};

/// Durations of 0 disable what they govern.
struct HubConfig {
  bool anonymous = false;
  std::string path = "/.well-known/mercure";
  std::string resource_identifier;                            ///< empty: derived from each request (TOK-12)
  std::vector<std::string> public_urls;                       ///< origins; empty: any (ERR-13)
  std::vector<std::string> cors_origins;                      ///< CORS-4; empty: no CORS
  std::vector<std::string> publish_origins;                   ///< PRES-12
  std::string cookie_name = "__Secure-mercure_access_token";  ///< PRES-3
  Compatibility compatibility = Compatibility::kNone;  ///< of all issuers that don't say otherwise (COMPAT-1)
  std::string deny;                                    ///< path of the deny list; empty: none
  bool subscriptions = false;                          ///< section ACT
  Duration presence_grace{0};                          ///< 0: who leaves has left at once
  std::size_t token_cache = 10'000;                    ///< verified tokens to remember
  bool production = false;                             ///< what is a warning elsewhere stops the start
  Duration heartbeat = std::chrono::seconds(40);       ///< CONN-1
  Duration write_timeout = std::chrono::seconds(600);  ///< CONN-2
  Duration dispatch_timeout = std::chrono::seconds(5);  ///< CONN-5
  Duration drain_timeout = std::chrono::seconds(25);    ///< CONN-9
  ProtocolLimits limits;
};

/// One key of an issuer's role, or a set of them: exactly one of `jwt` and `jwks_uri`, once validated.
struct KeyConfig {
  std::string jwt{};       ///< a secret, a PEM or a JWK; never printed
  std::string jwks_uri{};  ///< https: or file:
  /// What it may be used with. Empty: HS256 for a secret, what a JWK says or is for, all but HMAC for a set.
  std::vector<Algorithm> algorithms{};
};

/// How key sets are fetched; see JwksOptions.
struct JwksConfig {
  Duration timeout = std::chrono::seconds(5);
  Duration cooldown = std::chrono::seconds(5);
  Duration min_lifetime = std::chrono::seconds(60);
  Duration max_lifetime = std::chrono::hours(24);
  std::size_t max_size = std::size_t{256} * 1024;
  bool allow_private_addresses = false;
  std::string ca_file;  ///< PEM; empty: the system's
};

struct IssuerConfig {
  std::string id{};                          ///< may be empty for one that speaks 0.x alone
  std::optional<IssuerProtocol> protocol{};  ///< absent: as HubConfig::compatibility has it
  std::optional<bool> authorization_server{};
  std::vector<KeyConfig> publisher{};
  std::vector<KeyConfig> subscriber{};
  std::string origin{};  ///< where it was configured, for error sentences; may be empty
  /// Where its parts came from: "protocol", "publisher" -> as Config::origins.
  std::map<std::string, std::string, std::less<>> origins{};
};

enum class JournalType { kRocksDb, kMemory };
enum class JournalSync { kAlways, kInterval, kNever };

struct JournalConfig {
  JournalType type = JournalType::kRocksDb;
  std::string path = "cinnabar.db";
  Retention retention{.count = 0, .age_ms = 0, .bytes = std::uint64_t{1} << 30, .subscriptions = 100'000};
  JournalSync sync = JournalSync::kAlways;
  Duration sync_interval = std::chrono::milliseconds(100);  ///< with kInterval only
};

struct LogConfig {
  LogLevel level = LogLevel::kInfo;
};

/// The listener for operators.
struct AdminConfig {
  std::vector<http::ListenAddress> listen = {
      {.tls = false, .host = "127.0.0.1", .port = 2019}};  ///< empty: none
  std::string token;                                       ///< a bearer secret; empty: none; never printed
  Duration live_grace = std::chrono::seconds(300);  ///< how long the journal may fail while the hub is alive
};

/// Everything that can be configured, with its defaults. A value type; relative paths are relative
/// to the working directory. What is in it has the right form; whether it makes sense together is
/// for validate() to say.
struct Config {
  ServerConfig server;
  HubConfig hub;
  std::vector<IssuerConfig> issuers;
  JwksConfig jwks;
  JournalConfig journal;
  LogConfig log;
  AdminConfig admin;

  /// Where each value that isn't a default came from: "hub.path" -> "cinnabar.toml:3:8",
  /// "CINNABAR_HUB_PATH" or "--hub.path".
  std::map<std::string, std::string, std::less<>> origins;
};

}  // namespace cinnabar
