// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/admin/health.h"
#include "app/admin/metrics_page.h"
#include "http/exchange.h"
#include "http/router.h"

namespace cinnabar {

class BlockingPool;

/// What the admin listener works on.
struct AdminParts {
  Hub& hub;
  HealthCheck& health;
  BlockingPool& pool;
  MetricsSources metrics;
};

/// The endpoints of the admin listener (section OPS): health, metrics, the level of the log, and ending
/// streams.
///
/// All but health wants the token, if one is configured. Without a token the listener is on the loopback, and
/// only requests that are addressed to a numeric address or to localhost are served: else a web page could
/// reach it under a name of its own that leads there.
///
/// Lifetime: outlives its server; BlockingPool::stop() before its end. Threads: handle() on any loop.
class Admin {
 public:
  /// `token`: empty: none is wanted.
  Admin(std::string token, const AdminParts& parts);

  void handle(const http::ExchangePtr& exchange) const;

 private:
  void add_routes();
  bool is_allowed(const http::Request& request) const;
  void serve_health(const http::ExchangePtr& exchange, bool live) const;
  void serve_metrics(const http::ExchangePtr& exchange) const;
  static void set_level(const http::ExchangePtr& exchange);
  void disconnect(const http::ExchangePtr& exchange) const;

  const std::string token_;
  const AdminParts parts_;
  http::Router router_;
};

}  // namespace cinnabar
