// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/metrics.h"
#include "http/connection.h"
#include "http/detector.h"
#include "http/listener.h"
#include "http/tls_context.h"

namespace cinnabar::http {

/// The server's share of one loop: its listeners and its connections.
/// Lifetime: shutdown() before the destructor. Threads: its loop; connections() and count() any.
class LoopServer {
 public:
  /// The references outlive it. `tls`: nullptr without TLS addresses.
  LoopServer(Loop& loop, const ServerLimits& limits, const std::vector<Header>& common_headers,
             const Handler& handler, const TlsContext* tls);
  LoopServer(const LoopServer&) = delete;
  LoopServer& operator=(const LoopServer&) = delete;

  Loop& loop() { return context_.loop; }
  Result<void> listen(ListenSocket socket, bool tls);
  void stop_accepting();
  void shutdown();
  /// How many speak this. Any thread.
  std::size_t count(Protocol protocol, bool tls) const {
    return counts_[static_cast<std::size_t>(protocol)][tls ? 1 : 0].value();
  }

 private:
  struct Held {
    std::shared_ptr<Connection> connection;
    Tally* counted;  ///< where
  };

  void accepted(int fd, std::string peer, bool tls);
  void adopt(std::shared_ptr<Connection> connection, Protocol protocol, bool tls);
  void release(Connection& connection);

  const TlsContext* tls_;
  const Detector::Adopt adopt_;      ///< of connections in clear text
  const Detector::Adopt adopt_tls_;  ///< of the others
  ConnectionContext context_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::unordered_map<const Connection*, Held> connections_;
  std::array<std::array<Tally, 2>, kProtocols> counts_;  ///< by protocol, then by TLS
};

}  // namespace cinnabar::http
