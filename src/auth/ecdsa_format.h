// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "auth/algorithm.h"

namespace cinnabar {

/// Bytes of a coordinate, of a private key, and of each half of a signature on the curve: 32, 48, 66.
/// REQUIRES: `curve` is kP256, kP384 or kP521.
std::size_t coordinate_bytes(KeyType curve);

/// A signature as JWS has it (RFC 7518 section 3.4), r and s side by side at full length, as the DER that
/// OpenSSL takes. Nothing if the length is another, or r or s is zero.
std::optional<std::string> ecdsa_to_der(std::string_view signature, KeyType curve);

/// The way back. Nothing if `der` is no signature on that curve.
std::optional<std::string> ecdsa_from_der(std::string_view der, KeyType curve);

}  // namespace cinnabar
