// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "api/authenticate.h"
#include "api/figures.h"
#include "api/gate.h"
#include "api/hub_address.h"
#include "api/metadata.h"
#include "api/options.h"
#include "api/publish.h"
#include "api/subscribe.h"
#include "api/subscriptions.h"
#include "http/router.h"

namespace cinnabar {

/// What the endpoints work on, and what outlives them.
struct ApiParts {
  const TokenVerifier& verifier;
  TokenCache& tokens;
  const DenyListHolder& deny;
  Journal& journal;
  Hub& hub;
  BlockingPool& pool;
};

/// All endpoints of the hub, one object each, over the same parts, behind one gate. Lifetime: as the
/// endpoints'.
class Api {
 public:
  Api(ApiOptions options, const ApiParts& parts);

  /// Takes every request of the server. Threads: any loop.
  void handle(const http::ExchangePtr& exchange) const { gate_.enter(exchange); }

  /// Threads: any.
  const ApiFigures& figures() const { return figures_; }

  /// Sent with every response (ERR-15).
  static std::vector<http::Header> common_headers();

 private:
  void add_routes(const ApiParts& parts);

  const ApiOptions options_;
  const HubAddresses addresses_;
  ApiFigures figures_;
  const Authenticator authenticator_;
  const PublishEndpoint publish_;
  const SubscribeEndpoint subscribe_;
  const SubscriptionsEndpoint subscriptions_;
  const MetadataEndpoint metadata_;
  http::Router router_;
  const Gate gate_;
};

}  // namespace cinnabar
