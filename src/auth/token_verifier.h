// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/grants.h"
#include "protocol/hub_url.h"
#include "protocol/limits.h"

namespace cinnabar {

/// What an endpoint needs the token for; each role of an issuer has keys of its own (TOK-8).
enum class Role { kPublisher, kSubscriber };

/// HMAC with SHA-2 (RFC 7518 section 3.2).
enum class Algorithm { kHs256, kHs384, kHs512 };

/// "HS256" -> kHs256. Errors: kInvalid, naming the known ones.
Result<Algorithm> parse_algorithm(std::string_view name);

struct VerificationKey {
  Algorithm algorithm = Algorithm::kHs256;
  std::string secret;
};

/// A trusted issuer: its identifier (TOK-7) and its keys, never pooled (TOK-6).
struct Issuer {
  std::string id;
  std::vector<VerificationKey> publisher;
  std::vector<VerificationKey> subscriber;
};

struct VerifiedToken {
  GrantsPtr grants;
  std::int64_t expires_ms = 0;  ///< Unix milliseconds, rounded down; in the year 2255 at most
  std::string issuer;
  std::string subject;  ///< `sub`; may be empty
  std::string id;       ///< `jti`; may be empty
};

/// Checks RFC 9068 access tokens: TOK-1 to TOK-16, AD-1 to AD-14, LIM-8 to LIM-10, LIM-18.
/// Immutable; any thread.
class TokenVerifier {
 public:
  TokenVerifier(std::vector<Issuer> issuers, const ProtocolLimits& limits);

  bool has_keys(Role role) const;

  /// `resource` is the resource identifier that `aud` must contain (TOK-11); `hub` is the base of the
  /// token's URL patterns (MATCH-5). Any failure is
  /// kInvalid; its detail says which check failed, for the log only (TOK-14, ERR-8), and holds
  /// neither the token nor a key.
  Result<VerifiedToken> verify(std::string_view token, Role role, std::string_view resource,
                               const HubUrl& hub, std::int64_t now_ms) const;

 private:
  std::vector<Issuer> issuers_;
  ProtocolLimits limits_;
};

}  // namespace cinnabar
