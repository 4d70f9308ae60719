// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/hub_url.h"
#include "protocol/limits.h"
#include "protocol/matcher.h"

namespace cinnabar {

struct SubscribeRequest {
  MatcherSet matchers;
  /// `last_event_id` of the query, else of the body; absent when neither has it. May be empty
  /// (HIST-8). The Last-Event-ID request field is the caller's affair (SUB-6).
  std::optional<std::string> last_event_id;
};

/// Parses query component and body (empty for GET) of a subscribe request: SUB-4 to SUB-16,
/// SUB-27, LIM-1, LIM-2. `hub` is the base of URL patterns (MATCH-5). Errors: kInvalid (400), with a
/// detail that may be sent to the client.
Result<SubscribeRequest> parse_subscribe(std::string_view query, std::string_view body,
                                         const ProtocolLimits& limits, const HubUrl& hub);

}  // namespace cinnabar
