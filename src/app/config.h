// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "http/server.h"
#include "journal/journal.h"
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
  http::ServerLimits limits;
};

/// Durations of 0 disable what they govern.
struct HubConfig {
  bool anonymous = false;
  std::string path = "/.well-known/mercure";
  std::string resource_identifier;                      ///< empty: derived from each request (TOK-12)
  Duration heartbeat = std::chrono::seconds(40);        ///< CONN-1
  Duration write_timeout = std::chrono::seconds(600);   ///< CONN-2
  Duration dispatch_timeout = std::chrono::seconds(5);  ///< CONN-5
  Duration drain_timeout = std::chrono::seconds(25);    ///< CONN-9
  ProtocolLimits limits;
};

struct KeyConfig {
  std::string jwt;                  ///< the secret; never printed
  std::string algorithm = "HS256";  ///< one that parse_algorithm() knows, once validated
};

struct IssuerConfig {
  std::string id;
  std::vector<KeyConfig> publisher;
  std::vector<KeyConfig> subscriber;
  std::string origin;  ///< where it was configured, for error sentences; may be empty
};

enum class JournalType { kRocksDb, kMemory };
enum class JournalSync { kAlways, kInterval, kNever };

struct JournalConfig {
  JournalType type = JournalType::kRocksDb;
  std::string path = "cinnabar.db";
  Retention retention{.count = 0, .age_ms = 0, .bytes = std::uint64_t{1} << 30};
  JournalSync sync = JournalSync::kAlways;
  Duration sync_interval = std::chrono::milliseconds(100);  ///< with kInterval only
};

struct LogConfig {
  LogLevel level = LogLevel::kInfo;
};

/// Everything that can be configured, with its defaults. A value type; relative paths are relative
/// to the working directory. What is in it has the right form; whether it makes sense together is
/// for validate() to say.
struct Config {
  ServerConfig server;
  HubConfig hub;
  std::vector<IssuerConfig> issuers;
  JournalConfig journal;
  LogConfig log;

  /// Where each value that isn't a default came from: "hub.path" -> "cinnabar.toml:3:8",
  /// "CINNABAR_HUB_PATH" or "--hub.path".
  std::map<std::string, std::string, std::less<>> origins;
};

}  // namespace cinnabar
