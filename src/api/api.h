// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "api/hub_urls.h"
#include "api/options.h"
#include "api/publish.h"
#include "api/subscribe.h"
#include "http/router.h"

namespace cinnabar {

/// All endpoints of the hub, one object each, over the same parts. Lifetime: as the endpoints'.
class Api {
 public:
  Api(ApiOptions options, const TokenVerifier& verifier, Journal& journal, Hub& hub, BlockingPool& pool);

  /// Enters the endpoints that the configuration makes present (ERR-12).
  void add_routes(http::Router& router) const;

  /// Sent with every response (ERR-15).
  static std::vector<http::Header> common_headers();

 private:
  const ApiOptions options_;
  const HubUrls urls_;
  const TokenVerifier& verifier_;
  PublishEndpoint publish_;
  SubscribeEndpoint subscribe_;
};

}  // namespace cinnabar
