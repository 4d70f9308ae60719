// SPDX-License-Identifier: Apache-2.0
#include "auth/algorithm.h"

#include "auth/quote.h"

namespace cinnabar {

std::string_view name_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kHs256: return "HS256";
    case Algorithm::kHs384: return "HS384";
    case Algorithm::kHs512: return "HS512";
    case Algorithm::kRs256: return "RS256";
    case Algorithm::kRs384: return "RS384";
    case Algorithm::kRs512: return "RS512";
    case Algorithm::kPs256: return "PS256";
    case Algorithm::kPs384: return "PS384";
    case Algorithm::kPs512: return "PS512";
    case Algorithm::kEs256: return "ES256";
    case Algorithm::kEs384: return "ES384";
    case Algorithm::kEs512: return "ES512";
    case Algorithm::kEdDsa: return "EdDSA";
  }
  return {};
}

std::string_view name_of(KeyType type) {
  switch (type) {
    case KeyType::kSecret: return "a shared secret";
    case KeyType::kRsa: return "an RSA key";
    case KeyType::kP256: return "a P-256 key";
    case KeyType::kP384: return "a P-384 key";
    case KeyType::kP521: return "a P-521 key";
    case KeyType::kEd25519: return "an Ed25519 key";
  }
  return {};
}

Result<Algorithm> parse_algorithm(std::string_view name) {
  for (const Algorithm algorithm : kAlgorithms) {
    if (name == name_of(algorithm)) return algorithm;
  }
  std::string known;
  for (const Algorithm algorithm : kAlgorithms) {
    if (!known.empty()) known += algorithm == kAlgorithms.back() ? " or " : ", ";
    known += name_of(algorithm);
  }
  return Error{ErrorCode::kInvalid, "unknown algorithm " + quoted(name) + ": use " + known};
}

KeyType key_type_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kHs256:
    case Algorithm::kHs384:
    case Algorithm::kHs512: return KeyType::kSecret;
    case Algorithm::kRs256:
    case Algorithm::kRs384:
    case Algorithm::kRs512:
    case Algorithm::kPs256:
    case Algorithm::kPs384:
    case Algorithm::kPs512: return KeyType::kRsa;
    case Algorithm::kEs256: return KeyType::kP256;
    case Algorithm::kEs384: return KeyType::kP384;
    case Algorithm::kEs512: return KeyType::kP521;
    case Algorithm::kEdDsa: return KeyType::kEd25519;
  }
  return KeyType::kSecret;
}

std::size_t hash_bytes(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kHs256:
    case Algorithm::kRs256:
    case Algorithm::kPs256:
    case Algorithm::kEs256: return 32;
    case Algorithm::kHs384:
    case Algorithm::kRs384:
    case Algorithm::kPs384:
    case Algorithm::kEs384: return 48;
    case Algorithm::kHs512:
    case Algorithm::kRs512:
    case Algorithm::kPs512:
    case Algorithm::kEs512:
    case Algorithm::kEdDsa: return 64;
  }
  return 0;
}

}  // namespace cinnabar
