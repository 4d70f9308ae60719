// SPDX-License-Identifier: Apache-2.0
#include "api/api.h"

#include <utility>

namespace cinnabar {

Api::Api(ApiOptions options, const ApiParts& parts)
    : options_(std::move(options)),
      addresses_(options_),
      authenticator_(options_, addresses_, parts.verifier, parts.tokens, parts.deny, figures_.refusals),
      publish_(options_, addresses_.path(), authenticator_, parts.journal, figures_),
      subscribe_(options_, parts.verifier, authenticator_, parts.deny, parts.journal, parts.hub, parts.pool,
                 figures_),
      subscriptions_(options_, addresses_.path(), authenticator_, parts.hub.presence()),
      metadata_(options_, addresses_, parts.hub.presence() != nullptr),
      gate_(options_, router_) {
  add_routes(parts);
}

/// Enters the endpoints that the configuration makes present (ERR-12, DISC-6).
void Api::add_routes(const ApiParts& parts) {
  const TokenVerifier& verifier = parts.verifier;
  const auto add = [this](const char* method, const std::string& path, const auto& endpoint) {
    router_.add(method, path, [&endpoint](const http::ExchangePtr& exchange) { endpoint.handle(exchange); });
  };
  if (options_.anonymous || verifier.has_keys(Role::kSubscriber)) {
    add("GET", options_.path, subscribe_);
    add("QUERY", options_.path, subscribe_);
  }
  // ACT-14: a hub without keys for subscribers could not tell who may see them.
  if (const Presence* presence = parts.hub.presence(); presence && verifier.has_keys(Role::kSubscriber)) {
    router_.add_tree("GET", presence->path(),
                     [this](const http::ExchangePtr& exchange) { subscriptions_.handle(exchange); });
  }
  if (verifier.has_keys(Role::kPublisher)) add("POST", options_.path, publish_);
  if (verifier.has_keys() && !addresses_.metadata_path().empty()) {
    add("GET", addresses_.metadata_path(), metadata_);
  }
  // OPS-3: where 0.x had its check of health, for those who still look there.
  if (options_.compatibility != Compatibility::kNone) {
    router_.add("GET", "/healthz", [](const http::ExchangePtr& exchange) { exchange->respond({}); });
  }
}

std::vector<http::Header> Api::common_headers() {
  return {{"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"},
          {"X-XSS-Protection", "1; mode=block"},
          {"Content-Security-Policy", "default-src 'self'"}};
}

}  // namespace cinnabar
