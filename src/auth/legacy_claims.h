// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/fwd.hpp>

#include "base/result.h"
#include "protocol/compatibility.h"
#include "protocol/grants.h"
#include "protocol/hub_url.h"
#include "protocol/limits.h"

namespace cinnabar {

/// What a token of protocol 0.x grants by its claim `mercure`, or by `https://mercure.rocks/` if that is an
/// object: COMPAT-16 to COMPAT-19, COMPAT-21, COMPAT-22, COMPAT-27. Nothing if it has neither. The details
/// stand in an order that makes Grants::payload_for() answer as COMPAT-22 asks; a payload of `null` counts as
/// none. Entries that are URL patterns are limited by LIM-9 besides. Errors: kInvalid, with a detail that
/// says where, as in "mercure.subscribe[2].match". `hub` is the base of URL patterns (MATCH-5).
Result<Grants> parse_mercure_claim(const boost::json::object& claims, const ProtocolLimits& limits,
                                   const HubUrl& hub, Compatibility version);

/// What any token grants on a hub that serves clients of `version`: by a non-empty `authorization_details`
/// alone if it has that (COMPAT-20), or else by its `mercure` claim. Errors as above, and as those of
/// parse_authorization_details().
Result<Grants> parse_grants(const boost::json::object& claims, const ProtocolLimits& limits,
                            const HubUrl& hub, Compatibility version);

}  // namespace cinnabar
