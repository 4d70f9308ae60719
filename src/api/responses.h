// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace cinnabar {

/// What a Bearer challenge says (RFC 6750 section 3; ERR-2 to ERR-5).
enum class Challenge { kBare, kInvalidToken, kInsufficientScope, kInvalidRequest };

/// 401, 403 or 400 with `WWW-Authenticate`, which names the resource's metadata (ERR-7) unless `metadata` is
/// empty. Never says why a token failed (ERR-8); `explanation`, for development alone, becomes the body.
http::Response challenge_response(Challenge challenge, std::string_view metadata,
                                  std::string_view explanation = {});

/// 400 or 413 for a request that breaks a rule; the detail becomes the body.
http::Response refusal_response(const Error& error);

/// 503 (or 500) for an update that the journal did not take, as RFC 9457 problem details: the
/// publisher learns whether trying again makes sense.
http::Response journal_failure_response(const Error& error);

}  // namespace cinnabar
