// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "auth/algorithm.h"
#include "auth/key.h"
#include "base/result.h"

namespace cinnabar {

/// How a token says what it grants: by RFC 9396 authorization details, or by the claim `mercure` of protocol
/// 0.x (COMPAT-16).
enum class Dialect { k1_0, k0_x };

/// What goes into a token that `cinnabar token` makes (CLI-2, CLI-3). Of protocol 0.x, tokens have no claim
/// that is not given, and their topics are selectors: exact topics or URI templates.
struct TokenClaims {
  Dialect dialect = Dialect::k1_0;
  std::string issuer;                            ///< 0.x: may be empty
  std::string audience;                          ///< 0.x: may be empty
  std::string subject;                           ///< empty: a random urn:uuid:
  std::string client_id;                         ///< empty: the issuer
  std::string key_id;                            ///< `kid`; empty: none
  std::optional<std::int64_t> issued;            ///< Unix seconds
  std::optional<std::int64_t> expires;           ///< Unix seconds; needed but in 0.x
  std::vector<std::string> publish;              ///< exact topics, or "*"
  std::vector<std::string> publish_urlpatterns;  ///< not in 0.x
  std::vector<std::string> subscribe;
  std::vector<std::string> subscribe_urlpatterns;  ///< not in 0.x
  std::string payload;  ///< JSON text: an object on the subscribe detail, in 0.x any value; empty: none
};

/// A compact JWS of an RFC 9068 access token, or of one that hubs of protocol 0.x take. Errors: kInvalid (no
/// grant; an invalid pattern; payload not a JSON object, CLI-6; a key that cannot sign with the algorithm),
/// in one sentence for the person at the terminal.
Result<std::string> mint_token(const TokenClaims& claims, const Key& key, Algorithm algorithm);

}  // namespace cinnabar
