// SPDX-License-Identifier: Apache-2.0
#include "api/api.h"

namespace cinnabar {

Api::Api(ApiOptions options, const TokenVerifier& verifier, Journal& journal, Hub& hub, BlockingPool& pool)
    : options_(std::move(options)),
      urls_(options_),
      verifier_(verifier),
      publish_(options_, urls_, verifier, journal),
      subscribe_(options_, urls_, verifier, journal, hub, pool) {}

void Api::add_routes(http::Router& router) const {
  if (options_.anonymous || verifier_.has_keys(Role::kSubscriber)) {
    const auto subscribe = [this](const http::ExchangePtr& exchange) { subscribe_.handle(exchange); };
    router.add("GET", options_.path, subscribe);
    router.add("QUERY", options_.path, subscribe);
  }
  if (verifier_.has_keys(Role::kPublisher)) {
    router.add("POST", options_.path,
               [this](const http::ExchangePtr& exchange) { publish_.handle(exchange); });
  }
}

std::vector<http::Header> Api::common_headers() {
  return {{"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"},
          {"X-XSS-Protection", "1; mode=block"},
          {"Content-Security-Policy", "default-src 'self'"}};
}

}  // namespace cinnabar
