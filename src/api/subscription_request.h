// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "hub/presence/presence.h"

namespace cinnabar {

/// What a request on the subscriptions' paths asks for.
struct SubscriptionRequest {
  bool is_collection = true;
  bool is_legacy = false;  ///< one of the paths that only protocol 0.x has (COMPAT-32)
  std::string topic;       ///< of the single one
  Presence::Query query;   ///< of the collection
};

/// Reads the path below `base`, that of subscriptions_path(), raw (ACT-13, ACT-16); `rest` is what follows
/// it. `compatible`: with the paths of protocol 0.x. Errors: kInvalid with one sentence for the client (400),
/// kNotFound (404).
Result<SubscriptionRequest> read_subscription_path(std::string_view base, std::string_view rest,
                                                   bool compatible);

/// The `limit` and `after` of a collection's query; other parameters mean nothing. Errors: kInvalid, as
/// above.
Result<void> read_page(std::string_view query, std::string_view base, SubscriptionRequest& request);

}  // namespace cinnabar
