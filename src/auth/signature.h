// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "auth/algorithm.h"
#include "auth/openssl_handles.h"
#include "base/result.h"

namespace cinnabar {

/// Checks signatures that were made with one algorithm and the private half of one key: RFC 7518 sections 3.3
/// to 3.5, RFC 8037. What OpenSSL has to set up for that costs up to a third of an RSA verification, so it is
/// done once and copied for each signature. Immutable; any thread. The key must outlive it.
class SignatureCheck {
 public:
  /// Errors: kInternal. REQUIRES: `key` is of the type that the algorithm works with, and no secret.
  static Result<SignatureCheck> make(EVP_PKEY* key, Algorithm algorithm);

  Algorithm algorithm() const { return algorithm_; }
  /// `signature` is as in JWS; another length than the one that it must have is false.
  bool verify(std::string_view input, std::string_view signature) const;

 private:
  SignatureCheck(EVP_PKEY* key, Algorithm algorithm, PkeyContextPtr prepared)
      : key_(key), algorithm_(algorithm), prepared_(std::move(prepared)) {}

  EVP_PKEY* key_;
  Algorithm algorithm_;
  PkeyContextPtr prepared_;  ///< nullptr for EdDSA, which hashes on its own
};

/// The signature, as in JWS. Errors: kInternal. REQUIRES: `key` is private and of the algorithm's type.
Result<std::string> make_signature(EVP_PKEY* key, Algorithm algorithm, std::string_view input);

}  // namespace cinnabar
