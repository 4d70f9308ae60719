// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/cors.h"
#include "api/hub_address.h"
#include "api/options.h"
#include "http/exchange.h"
#include "http/router.h"

namespace cinnabar {

/// What every request passes before it is routed, whatever its path: the hub must be addressed by one of its
/// public URLs (ERR-13), and pages of other sites are told what they may (section CORS). In the order of
/// ERR-10.
///
/// Lifetime: outlives the server. Threads: enter() on any loop.
class Gate {
 public:
  Gate(const ApiOptions& options, const http::Router& router)
      : options_(options),
        router_(router),
        cors_(options.cors_origins, options.compatibility != Compatibility::kNone) {}

  void enter(const http::ExchangePtr& exchange) const;

 private:
  bool is_public(const http::Request& request) const;

  const ApiOptions& options_;
  const http::Router& router_;
  const Cors cors_;
};

}  // namespace cinnabar
