// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "app/config.h"
#include "auth/verification_key.h"
#include "base/result.h"

namespace cinnabar {

/// A configured key, read, and what it may be used with.
struct ConfiguredKey {
  VerificationKey key;
  std::vector<Algorithm> algorithms;
};

/// Reads `jwt` of the configuration: a secret (HS256 unless configured), a PEM (whose algorithm has to be
/// configured, TOK-19), or a JWK (which may say itself). Errors: kInvalid; the detail continues "the
/// publisher key of … " and holds nothing of the key.
Result<ConfiguredKey> read_key(const KeyConfig& config);

/// What a key of a JWK Set may be used with: as configured, or all but HMAC (TOK-4). Errors: kInvalid, for
/// HMAC.
Result<std::vector<Algorithm>> set_algorithms(const KeyConfig& config);

/// Whose rules the issuer's tokens follow, if it does not say so itself: those of both protocols on a hub
/// that is compatible with 0.x.
IssuerProtocol protocol_of(const IssuerConfig& issuer, const HubConfig& hub);

/// Which clients the hub serves: as configured; of version 8, if only an issuer says that it speaks 0.x.
Compatibility compatibility_of(const Config& config);

}  // namespace cinnabar
