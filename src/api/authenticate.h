// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "api/options.h"
#include "auth/token_verifier.h"
#include "http/message.h"
#include "protocol/hub_url.h"

namespace cinnabar {

/// The resource identifier that a token for this request must name in `aud` (TOK-11, TOK-12): the
/// pinned one, else the origin that the client contacted, in lower case and without a default port,
/// plus the hub's path.
std::string resource_identifier(const http::Request& request, const ApiOptions& options);

/// Nothing presented, a verified token, or the refusal to answer with.
using Authentication = std::variant<std::monostate, VerifiedToken, http::Response>;

/// Looks for a token in the request and verifies it for `role` (PRES-1, PRES-7, TOK-n); `hub` is the
/// base of its patterns. A refusal is logged with its reason, which the client does not get (TOK-14,
/// OPS-5).
Authentication authenticate(const http::Request& request, Role role, const TokenVerifier& verifier,
                            const ApiOptions& options, const HubUrl& hub);

}  // namespace cinnabar
