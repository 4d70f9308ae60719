// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "auth/token_verifier.h"

namespace cinnabar {

/// What goes into a token that `cinnabar token` makes (CLI-2, CLI-3).
struct TokenClaims {
  std::string issuer;
  std::string audience;
  std::string subject;               ///< empty: a random urn:uuid:
  std::string client_id;             ///< empty: the issuer
  std::string key_id;                ///< `kid`; empty: none
  std::int64_t issued = 0;           ///< Unix seconds
  std::int64_t expires = 0;          ///< Unix seconds
  std::vector<std::string> publish;  ///< exact topics, or "*"
  std::vector<std::string> publish_urlpatterns;
  std::vector<std::string> subscribe;
  std::vector<std::string> subscribe_urlpatterns;
  std::string payload;  ///< a JSON object as text, on the subscribe detail; empty: none
};

/// A compact JWS of an RFC 9068 access token. Errors: kInvalid (no grant; an invalid pattern; payload not a
/// JSON object, CLI-6), in one sentence for the person at the terminal.
Result<std::string> mint_token(const TokenClaims& claims, const VerificationKey& key);

}  // namespace cinnabar
