// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

namespace cinnabar {

/// Whose token it is, by the claims that name it. Empty: the token has no such claim.
struct TokenIdentity {
  std::string issuer;   ///< `iss`
  std::string subject;  ///< `sub`
  std::string id;       ///< `jti`
};

/// Immutable, shared by all connections that the token opened.
using TokenIdentityPtr = std::shared_ptr<const TokenIdentity>;

}  // namespace cinnabar
