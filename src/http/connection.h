// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/exchange.h"
#include "http/server.h"
#include "http/transport.h"

namespace cinnabar {
class Loop;
}

namespace cinnabar::http {

class Connection;

/// What all connections of one loop share. Owned by the server, outlives them.
struct ConnectionContext {
  Loop& loop;
  const ServerLimits& limits;
  const std::vector<Header>& common_headers;
  const Handler& handler;
  /// Drops the owner's reference, which may destroy the connection: a connection calls it once when
  /// it is over, as the last thing it does.
  std::function<void(Connection&)> release;
};

/// One accepted peer speaking one protocol. Owned by the server's per-loop set until it calls
/// context.release(). Threads: its loop.
class Connection {
 public:
  virtual ~Connection() = default;
  /// Begins to read. Called once, right after construction.
  virtual void start() = 0;
  /// Drops everything now: open streams get on_closed(), the transport is reset. Then releases.
  virtual void shutdown() = 0;
};

/// `received`: bytes already read from the transport (by protocol detection).
std::shared_ptr<Connection> make_h1_connection(ConnectionContext& context,
                                               std::shared_ptr<Transport> transport, std::string received);
std::shared_ptr<Connection> make_h2_connection(ConnectionContext& context,
                                               std::shared_ptr<Transport> transport, std::string received);

/// The current time as an IMF-fixdate (RFC 9110 section 5.6.7), made once a second a thread.
std::string_view http_date();

}  // namespace cinnabar::http
