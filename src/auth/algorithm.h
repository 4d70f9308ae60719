// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cinnabar {

/// What a token may be signed with (RFC 7518 section 3.1, RFC 8037 section 3.1). There is no "none".
enum class Algorithm : unsigned char {
  kHs256,
  kHs384,
  kHs512,
  kRs256,
  kRs384,
  kRs512,
  kPs256,
  kPs384,
  kPs512,
  kEs256,
  kEs384,
  kEs512,
  kEdDsa,
};

/// All of them, in the order of documentation.
inline constexpr std::array kAlgorithms = {
    Algorithm::kHs256, Algorithm::kHs384, Algorithm::kHs512, Algorithm::kRs256, Algorithm::kRs384,
    Algorithm::kRs512, Algorithm::kPs256, Algorithm::kPs384, Algorithm::kPs512, Algorithm::kEs256,
    Algorithm::kEs384, Algorithm::kEs512, Algorithm::kEdDsa};

/// What a key is made of. It decides which algorithms it fits (TOK-3).
enum class KeyType : unsigned char { kSecret, kRsa, kP256, kP384, kP521, kEd25519 };

/// "HS256", ..., "EdDSA".
std::string_view name_of(Algorithm algorithm);
/// "a shared secret", "an RSA key", "a P-256 key", ..., for sentences.
std::string_view name_of(KeyType type);

/// "HS256" -> kHs256, case-sensitively. Errors: kInvalid, naming the known ones.
Result<Algorithm> parse_algorithm(std::string_view name);

/// The one type of key that the algorithm works with.
KeyType key_type_of(Algorithm algorithm);

inline bool is_hmac(Algorithm algorithm) { return key_type_of(algorithm) == KeyType::kSecret; }

/// Bytes of the hash that the algorithm uses: 32, 48 or 64; what an HMAC secret should have at least
/// (TOK-20).
std::size_t hash_bytes(Algorithm algorithm);

}  // namespace cinnabar
