// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/fwd.hpp>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/grants.h"
#include "protocol/hub_url.h"
#include "protocol/limits.h"

namespace cinnabar {

/// The claim's name.
inline constexpr std::string_view kAuthorizationDetailsClaim = "authorization_details";
/// The `type` of the details that are ours (AD-2).
inline constexpr std::string_view kMercureDetailType = "https://mercure.rocks/authorization-detail";

/// The Mercure details of the claim `authorization_details` (RFC 9396), in its order: AD-1 to
/// AD-13, LIM-8 to LIM-10. None if the claim is absent. One bad detail spoils all (AD-12):
/// kInvalid, with a detail that says where, as in "authorization_details[2].topics[0]". `hub` is the
/// base of URL patterns (MATCH-5).
Result<std::vector<GrantDetail>> parse_authorization_details(const boost::json::object& claims,
                                                             const ProtocolLimits& limits, const HubUrl& hub);

}  // namespace cinnabar
