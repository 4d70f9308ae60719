// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/fwd.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/hub_url.h"
#include "protocol/limits.h"
#include "protocol/matcher.h"

namespace cinnabar {

// What the claims `authorization_details` and `mercure` have in common. Errors are kInvalid; their
// detail begins with `where`, the place in the claims.

Error invalid_claim(const std::string& where, std::string_view what);

/// "array[index]".
std::string claim_at(std::string_view array, std::size_t index);

/// LIM-10, COMPAT-19, and that the pattern is a protocol string.
Result<void> check_pattern(std::string_view pattern, const std::string& where, const ProtocolLimits& limits);

/// An object {"match", "match_type"?} and maybe more: AD-6 to AD-9, MATCH-2, D3. `hub` is the base of URL
/// patterns (MATCH-5).
Result<Matcher> read_topic_matcher(const boost::json::value& topic, const std::string& where,
                                   const ProtocolLimits& limits, const HubUrl& hub);

}  // namespace cinnabar
