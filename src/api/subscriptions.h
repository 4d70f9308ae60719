// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "api/authenticate.h"
#include "api/options.h"
#include "api/subscription_request.h"
#include "http/exchange.h"
#include "hub/presence/presence.h"

namespace cinnabar {

/// `GET` and `HEAD` below HUBPATH/subscriptions: who is subscribed, as a snapshot with the cursor from which
/// a subscriber goes on (ACT-13 to ACT-21, COMPAT-32 to COMPAT-36).
///
/// Besides the protocol: `?limit=` pages a collection, with a Link to the next page, and
/// `Mercure-Total-Count` tells how many there are in all.
///
/// Lifetime: outlives the server. Threads: handle() on any loop.
class SubscriptionsEndpoint {
 public:
  SubscriptionsEndpoint(const ApiOptions& options, const HubPath& path, const Authenticator& authenticator,
                        const Presence* presence)
      : options_(options), path_(path), authenticator_(authenticator), presence_(presence) {}

  /// REQUIRES: there is a presence table
  void handle(const http::ExchangePtr& exchange) const;

 private:
  void authenticated(const http::ExchangePtr& exchange, const Contact& contact, const TokenPtr& token) const;
  void answer_collection(http::Exchange& exchange, SubscriptionRequest request, bool is_legacy) const;
  void answer_single(http::Exchange& exchange, const SubscriptionRequest& request) const;
  http::Response head_for(std::string_view last_id, bool is_legacy) const;

  const ApiOptions& options_;
  const HubPath& path_;
  const Authenticator& authenticator_;
  const Presence* presence_;
};

}  // namespace cinnabar
