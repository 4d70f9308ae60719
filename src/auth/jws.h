// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

#include "auth/token_verifier.h"
#include "base/result.h"

namespace cinnabar {

/// A JWS in compact serialization (RFC 7515 section 3.1), taken apart and decoded. Nothing in
/// it is to be trusted before the signature is verified.
struct CompactJws {
  std::string_view signing_input;  ///< into the token: encoded header, '.', encoded payload
  std::string header;              ///< JSON text
  std::string payload;             ///< JSON text, of a JWT
  std::string signature;           ///< bytes
};

/// TOK-1. Errors: kInvalid; the detail follows "the token ".
Result<CompactJws> decode_compact_jws(std::string_view token);

/// TOK-2, TOK-3, TOK-15: what the JOSE header claims, if that is something we can check.
/// Errors: kInvalid; the detail follows "the token's header ".
Result<Algorithm> check_jose_header(const boost::json::object& header);

std::string_view name_of(Algorithm algorithm);

/// Whether `signature` is `key`'s on `signing_input`, in time that does not depend on where they
/// differ. A key without a secret verifies nothing.
bool verify_signature(const VerificationKey& key, std::string_view signing_input, std::string_view signature);

/// The signature's bytes. REQUIRES: !key.secret.empty()
std::string make_signature(const VerificationKey& key, std::string_view signing_input);

}  // namespace cinnabar
