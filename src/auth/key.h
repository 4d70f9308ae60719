// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "auth/algorithm.h"
#include "base/result.h"

namespace cinnabar {

/// A key that verifies signatures and, if it is a secret or a private key, makes them: RFC 7518, RFC
/// 8037, on OpenSSL's EVP. Immutable; copies share the material; any thread.
class Key {
 public:
  // The errors of all of these are kInvalid, with a clause that continues "the key " and quotes nothing of
  // it.

  /// Bytes shared with the issuer. Errors: empty, or plainly a key of another kind (a PEM, a JWK, DER, a
  /// line of OpenSSH): a public key that served as a secret would let everybody sign (TOK-3, TOK-19).
  static Result<Key> from_secret(std::string bytes);
  /// A public key, a certificate (whose dates don't matter here; of a chain the first), or an unencrypted
  /// private key: RSA of 2,048 to 16,384 bits, P-256, P-384, P-521, Ed25519.
  static Result<Key> from_pem(std::string_view pem);
  /// What people configure: a JWK if it is a JSON object with `kty`, a PEM if it looks like one, else a
  /// secret. parse_verification_key() keeps what the JWK says beside the key.
  static Result<Key> parse(std::string_view text);

  KeyType type() const;
  bool fits(Algorithm algorithm) const { return type() == key_type_of(algorithm); }
  bool can_sign() const;
  /// Bytes of a shared secret; 0 for other types.
  std::size_t secret_bytes() const;

  /// Whether `signature` is this key's on `input`. Signatures are as in JWS: of ECDSA r and s side by side
  /// and of full length, never DER. False if the algorithm does not fit the key.
  bool verify(Algorithm algorithm, std::string_view input, std::string_view signature) const;
  /// Errors: kInvalid (doesn't fit, can't sign), kInternal.
  Result<std::string> sign(Algorithm algorithm, std::string_view input) const;

 private:
  struct Material;
  explicit Key(std::shared_ptr<const Material> material) : material_(std::move(material)) {}
  friend class KeyMaker;

  std::shared_ptr<const Material> material_;
};

/// Whether `text` has a PEM header somewhere: what must never be taken for a shared secret (TOK-19).
bool looks_like_pem(std::string_view text);

/// Whether `text` is meant to be a JWK: an object, perhaps a broken one, that mentions `kty`.
bool looks_like_jwk(std::string_view text);

}  // namespace cinnabar
