// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "api/options.h"
#include "base/result.h"
#include "http/message.h"

namespace cinnabar {

/// A token and the way that it came.
struct PresentedToken {
  enum class Means : unsigned char {
    kHeader,        ///< `Authorization`
    kCookie,        ///< the configured cookie
    kQuery,         ///< the query parameter of 0.x (COMPAT-13)
    kLegacyCookie,  ///< the cookie of 0.x (COMPAT-15)
  };

  std::string token;  ///< perhaps empty or garbage, in a cookie (PRES-8)
  Means means = Means::kHeader;

  bool by_cookie() const { return means == Means::kCookie || means == Means::kLegacyCookie; }
  /// By a way that only clients of 0.x have.
  bool by_legacy_means() const { return means == Means::kQuery || means == Means::kLegacyCookie; }
};

/// The token that a request presents: PRES-1 to PRES-8; with compatibility, COMPAT-12, COMPAT-13 and
/// COMPAT-15. Nothing: it presents none. Errors: kInvalid (400 invalid_request), for a malformed
/// presentation, in a sentence for the log.
Result<std::optional<PresentedToken>> presented_token(const http::Request& request,
                                                      const ApiOptions& options);

/// The value of the first cookie of that name (RFC 6265 section 4.2.1), without the quotes that may surround
/// it.
std::optional<std::string> cookie(const http::Request& request, std::string_view name);

}  // namespace cinnabar
