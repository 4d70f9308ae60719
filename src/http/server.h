// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "http/exchange.h"

namespace cinnabar {
class Loop;
}

namespace cinnabar::http {

/// What one client may cost. Sizes in bytes.
struct ServerLimits {
  std::size_t header_bytes = std::size_t{64} * 1024;   ///< beyond: 431 (LIM-17)
  std::size_t uri_bytes = std::size_t{16} * 1024;      ///< beyond: 414
  Duration header_timeout = std::chrono::seconds(10);  ///< from the first byte to the blank line: 408
  Duration body_timeout = std::chrono::seconds(30);    ///< for the whole body: 408
  Duration idle_timeout = std::chrono::seconds(75);    ///< keep-alive without a request: close
  Duration peer_timeout = std::chrono::seconds(45);    ///< a silent, unreachable peer is dropped
  unsigned h2_streams = 256;                           ///< concurrent streams of one HTTP/2 connection
};

/// A certificate chain and its key, both PEM: file paths, or the PEM text itself.
struct Certificate {
  std::string chain;
  std::string key;
};

struct TlsOptions {
  /// The first is the default; the others are chosen by SNI from their own names.
  std::vector<Certificate> certificates;
};

/// Where to listen: "http://127.0.0.1:3000", "https://[::1]:3443", port 0: any free one.
struct ListenAddress {
  bool tls = false;
  std::string host;  ///< numeric address, or "localhost"
  std::uint16_t port = 0;

  /// Errors: kInvalid with a sentence that says what is wrong with `url`.
  static Result<ListenAddress> parse(std::string_view url);
};

struct ServerOptions {
  std::vector<ListenAddress> listen;
  TlsOptions tls;  ///< needed when an address has tls
  ServerLimits limits;
  std::vector<Header> common_headers;  ///< added to every response (ERR-15)
};

/// What a connection speaks: not known before its first bytes.
enum class Protocol { kUndecided, kHttp1, kHttp2 };
inline constexpr std::size_t kProtocols = 3;

/// An HTTP server that knows no application: HTTP/1.0 and 1.1, HTTP/2 by ALPN and by prior
/// knowledge, on plain and TLS listeners.
///
/// Every loop has its own listening socket for each address (SO_REUSEPORT). Lifetime: the loops
/// outlive it. Threads: create(), stop_accepting() and shutdown() from the thread that owns it,
/// while the loops run; the handler is called on the connection's loop.
class Server {
 public:
  /// Binds everything, or says which address or certificate could not be used and why.
  static Result<std::unique_ptr<Server>> create(const ServerOptions& options, std::span<Loop* const> loops,
                                                Handler handler);
  virtual ~Server() = default;

  /// The bound addresses, with real port numbers, in the order of the options.
  virtual std::vector<ListenAddress> addresses() const = 0;

  /// Closes the listening sockets; open connections go on. Blocks until done.
  virtual void stop_accepting() = 0;
  /// Drops every connection. Blocks until done; REQUIRES running loops.
  virtual void shutdown() = 0;
  /// Open connections, for tests and metrics. Any thread.
  virtual std::size_t connections() const = 0;
  /// Those of them that speak this.
  virtual std::size_t connections(Protocol protocol, bool tls) const = 0;
};

}  // namespace cinnabar::http
