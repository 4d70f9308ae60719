// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/compatibility.h"
#include "protocol/hub_url.h"
#include "protocol/limits.h"
#include "protocol/matcher.h"

namespace cinnabar {

struct SubscribeRequest {
  MatcherSet matchers;
  /// `last_event_id` of the query, else of the body; absent when neither has it. May be empty
  /// (HIST-8). The Last-Event-ID request field is the caller's affair (SUB-6).
  ///
  /// With compatibility, when that is absent or empty: the first of `lastEventID`, `Last-Event-ID`
  /// (version 7 alone) and `lastEventId` that has a value (COMPAT-9), again of the query before the
  /// body. The last of them is ours: polyfills send it, and hubs of 0.x ignored it.
  std::optional<std::string> last_event_id;
  /// The request has parameters of 0.x that counted: `topic`, or one of those cursors with a value. Its
  /// client reads Last-Event-ID on the response (COMPAT-10).
  bool legacy = false;
};

/// Parses query component and body (empty for GET) of a subscribe request: SUB-4 to SUB-16,
/// SUB-27, LIM-1, LIM-2. `hub` is the base of URL patterns (MATCH-5). With compatibility, each `topic`
/// is a subscription, too (COMPAT-4, COMPAT-8); they come last in the order of SUB-27. Errors: kInvalid
/// (400), with a detail that may be sent to the client.
Result<SubscribeRequest> parse_subscribe(std::string_view query, std::string_view body,
                                         const ProtocolLimits& limits, const HubUrl& hub,
                                         Compatibility compatibility = Compatibility::kNone);

}  // namespace cinnabar
