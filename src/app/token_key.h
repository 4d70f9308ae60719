// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>

#include "app/config_env.h"
#include "auth/key.h"
#include "base/result.h"

namespace cinnabar {

/// Where the key of `cinnabar token` comes from, and what the flags say of it. Empty: not given.
struct TokenKeyRequest {
  std::string key;          ///< --key: the key itself, @FILE, @- or env:NAME (CLI-4)
  std::string environment;  ///< --key-env: a variable's name
  std::string algorithm;    ///< --alg
  std::string key_id;       ///< --kid
};

struct TokenKey {
  Key key;
  Algorithm algorithm;
  std::string id;  ///< `kid`; empty: none
};

/// The key to sign with and, where no flag says so, its id and the only algorithm that it can be meant for.
/// Errors: one sentence that begins with the flag and quotes nothing of the key.
Result<TokenKey> read_token_key(const TokenKeyRequest& request, const Environment& environment,
                                std::istream& in);

/// Like that, of a key that was found elsewhere.
Result<TokenKey> make_token_key(const TokenKeyRequest& request, const std::string& text);

}  // namespace cinnabar
