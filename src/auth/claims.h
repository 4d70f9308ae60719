// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cinnabar {

// The registered claims of a JWT (RFC 7519 section 4.1). The details of all errors (kInvalid)
// follow "the token's claim " and name the claim.

/// `iss`, which must be there (TOK-7). The view is into `claims`.
Result<std::string_view> issuer_claim(const boost::json::object& claims);

/// Whether a token must say when it expires: by RFC 9068 yes, by protocol 0.x no (COMPAT-23).
enum class Expiry { kRequired, kOptional };

/// TOK-9, TOK-10, without leeway. Returns `exp` in Unix milliseconds, rounded down, and no later
/// than the year 2255: such a time can be counted in nanoseconds too. Nothing: there is none.
Result<std::optional<std::int64_t>> check_times(const boost::json::object& claims, std::int64_t now_ms,
                                                Expiry expiry = Expiry::kRequired);

/// TOK-11: `aud` is `resource` or an array of strings that holds it.
Result<void> check_audience(const boost::json::object& claims, std::string_view resource);

/// `aud` as a person reads it, quoted and cut short; empty: there is none.
std::string describe_audience(const boost::json::object& claims);

/// A claim that may be absent (then empty), but is a string if it is there.
Result<std::string> optional_string_claim(const boost::json::object& claims, std::string_view name);

}  // namespace cinnabar
