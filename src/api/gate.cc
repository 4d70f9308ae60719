// SPDX-License-Identifier: Apache-2.0
#include "api/gate.h"

#include <algorithm>

#include "api/public_origin.h"

namespace cinnabar {

bool Gate::is_public(const http::Request& request) const {
  if (options_.public_urls.empty()) return true;
  const PublicOrigin contacted = public_origin(request, options_.trusted_proxies);
  const auto origin = normal_origin((contacted.https ? "https://" : "http://") + contacted.authority);
  return origin && std::find(options_.public_urls.begin(), options_.public_urls.end(), *origin) !=
                       options_.public_urls.end();
}

void Gate::enter(const http::ExchangePtr& exchange) const {
  const http::Request& request = exchange->request();
  if (!cors_.enabled()) {
    if (!is_public(request)) return exchange->respond(http::text_response(421));
    return router_.dispatch(exchange);
  }
  const http::ExchangePtr decorated = cors_.decorate(exchange);
  if (!is_public(request)) return decorated->respond(http::text_response(421));
  if (Cors::is_preflight(request)) return exchange->respond(cors_.preflight(request));
  router_.dispatch(decorated);
}

}  // namespace cinnabar
