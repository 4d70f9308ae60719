// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "auth/verification_key.h"
#include "base/result.h"

namespace cinnabar {

/// A JSON Web Key (RFC 7517, RFC 7518 section 6, RFC 8037), public or private: kty RSA, EC, OKP, oct, and not
/// meant for anything but signatures (`use`, `key_ops`). Errors: kInvalid, with a clause that continues
/// "the key " and quotes no key material.
Result<VerificationKey> parse_jwk(std::string_view text);

/// Like Key::parse(), but keeps the `kid` and the `alg` of a JWK.
Result<VerificationKey> parse_verification_key(std::string_view text);

struct JwkSet {
  std::vector<VerificationKey> keys;
  std::vector<std::string> skipped;  ///< why each other entry is not used, for the log
};

/// More keys than that no issuer has in use, and one that is faulty must not occupy us.
inline constexpr std::size_t kMostJwkSetKeys = 256;

/// A JWK Set (RFC 7517 section 5). Entries that are not for verifying signatures (`use`, `key_ops`), of an
/// unknown type, or faulty are skipped (TOK-18). Secrets (`oct`) are skipped as well: a set is fetched from a
/// public place. Errors: kInvalid, if the text is no set at all, with a clause that continues "the JWK Set ".
Result<JwkSet> parse_jwk_set(std::string_view text);

}  // namespace cinnabar
