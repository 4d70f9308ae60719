// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "http/connection.h"
#include "http/detector.h"
#include "http/listener.h"
#include "http/tls_context.h"

namespace cinnabar::http {

/// The server's share of one loop: its listeners and its connections.
/// Lifetime: shutdown() before the destructor. Threads: its loop; connections() any.
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
  std::size_t connections() const { return count_.load(std::memory_order_relaxed); }

 private:
  void accepted(int fd, std::string peer, bool tls);
  void adopt(std::shared_ptr<Connection> connection);
  void release(Connection& connection);

  const TlsContext* tls_;
  const Detector::Adopt adopt_;
  ConnectionContext context_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::unordered_map<const Connection*, std::shared_ptr<Connection>> connections_;
  std::atomic<std::size_t> count_{0};
};

}  // namespace cinnabar::http
