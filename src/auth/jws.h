// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

#include "auth/algorithm.h"
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

/// What a JOSE header claims.
struct JoseHeader {
  Algorithm algorithm = Algorithm::kHs256;
  std::string_view key_id;       ///< `kid`; empty: none. Into the header
  bool is_access_token = false;  ///< `typ` is at+jwt
};

/// TOK-3, TOK-15: the claims of a header, if they are something that we can check. `typ` is left to the
/// caller, as tokens of protocol 0.x have another or none (COMPAT-23). Errors: kInvalid; the detail follows
/// "the token's header ".
Result<JoseHeader> read_jose_header(const boost::json::object& header);

/// TOK-2. Errors: as read_jose_header().
Result<void> check_access_token_type(const boost::json::object& header);

}  // namespace cinnabar
