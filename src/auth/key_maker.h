// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "auth/key.h"
#include "auth/openssl_handles.h"
#include "auth/signature.h"
#include "base/result.h"

namespace cinnabar {

/// What a key is made of: a secret, or a key of OpenSSL's and what it takes to verify with it.
struct Key::Material {
  Material() = default;
  Material(const Material&) = delete;
  Material& operator=(const Material&) = delete;
  ~Material();

  KeyType type = KeyType::kSecret;
  std::string secret;
  PkeyPtr pkey;
  bool is_private = false;
  std::vector<SignatureCheck> checks;  ///< one for each algorithm that fits; of `pkey`
};

/// Makes keys of OpenSSL's, whatever they were read from.
class KeyMaker {
 public:
  /// Refuses what no signature should depend on: other types and curves, RSA of an unsafe size or exponent,
  /// points off the curve, and private keys that don't belong to their public halves. Errors: kInvalid, with
  /// a clause that continues "the key ".
  static Result<Key> make(PkeyPtr pkey, bool is_private);
};

}  // namespace cinnabar
