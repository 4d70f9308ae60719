// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/issuer.h"
#include "auth/token_report.h"
#include "protocol/compatibility.h"
#include "protocol/grants.h"
#include "protocol/hub_url.h"
#include "protocol/limits.h"
#include "protocol/token_identity.h"

namespace cinnabar {

/// What a good token says. Immutable, shared by all requests that present it.
struct VerifiedToken {
  GrantsPtr grants;
  /// `exp` in Unix milliseconds, rounded down, in the year 2255 at most. Absent: never; only tokens of
  /// protocol 0.x may leave it out (COMPAT-23).
  std::optional<std::int64_t> expires_ms;
  TokenIdentityPtr identity;
  bool legacy = false;  ///< judged by the rules of protocol 0.x
};
using TokenPtr = std::shared_ptr<const VerifiedToken>;

/// A token and what it is to be judged for.
struct TokenQuestion {
  std::string_view token;
  Role role = Role::kPublisher;
  std::string_view resource;  ///< the resource identifier that `aud` must contain (TOK-11)
  const HubUrl& hub;          ///< the base of the token's URL patterns (MATCH-5)
  /// It came by a way that only protocol 0.x has: the query, or the cookie of that time. Tokens of other
  /// issuers don't count there (PRES-2, PRES-3).
  bool by_legacy_means = false;
};

/// The token names a key that is not known, but that its issuer may have published meanwhile.
struct MissingKey {
  std::shared_ptr<KeySource> source;
  std::string key_id;  ///< empty: the token names none
};

using Verification = std::variant<VerifiedToken, TokenRefusal, MissingKey>;

/// Judges access tokens: those of RFC 9068 by TOK-1 to TOK-16, AD-1 to AD-14, LIM-8 to LIM-10 and LIM-18;
/// those of protocol 0.x, where their issuer may make them, by COMPAT-3 and COMPAT-16 to COMPAT-24.
/// Immutable; any thread.
class TokenVerifier {
 public:
  TokenVerifier(std::vector<Issuer> issuers, const ProtocolLimits& limits,
                Compatibility compatibility = Compatibility::kNone);

  bool has_keys(Role role) const;
  /// Whether any role has.
  bool has_keys() const { return has_keys(Role::kPublisher) || has_keys(Role::kSubscriber); }
  /// KeySource::stop() for all of them.
  void stop_key_sources() const;

  /// A refusal's texts are for the log and for `--dev` alone (TOK-14, ERR-8); they hold neither the token
  /// nor a key. With `report` every check that was made is entered there.
  Verification verify(const TokenQuestion& question, std::int64_t now_ms,
                      TokenReport* report = nullptr) const;

  /// The refusal for a MissingKey that did not turn up.
  static TokenRefusal refuse(const MissingKey& missing);

 private:
  class Judge;
  const Issuer* issuer_of(std::string_view iss) const;
  const Issuer* only_legacy_issuer() const;

  std::vector<Issuer> issuers_;
  ProtocolLimits limits_;
  Compatibility compatibility_;
};

}  // namespace cinnabar
