// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/hub_address.h"
#include "api/options.h"
#include "http/exchange.h"

namespace cinnabar {

/// `GET` on the metadata of the protected resource (RFC 9728): DISC-5 to DISC-9. Lifetime: outlives the
/// server. Threads: handle() on any loop.
class MetadataEndpoint {
 public:
  /// `subscriptions`: they are announced, and listed.
  MetadataEndpoint(const ApiOptions& options, const HubAddresses& addresses, bool subscriptions)
      : options_(options), addresses_(addresses), subscriptions_(subscriptions) {}

  void handle(const http::ExchangePtr& exchange) const;

 private:
  const ApiOptions& options_;
  const HubAddresses& addresses_;
  const bool subscriptions_;
};

}  // namespace cinnabar
