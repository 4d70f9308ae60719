// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "api/figures.h"
#include "api/hub_address.h"
#include "api/options.h"
#include "api/presented_token.h"
#include "api/responses.h"
#include "auth/deny_list.h"
#include "auth/failure_budget.h"
#include "auth/token_cache.h"
#include "auth/token_verifier.h"
#include "base/log_limit.h"
#include "http/exchange.h"

namespace cinnabar {

/// Finds out who sends a request: how it addresses the hub, whether it presents a token (section PRES), and
/// whether that is good for the role (sections TOK and AD), which is remembered. A refusal is answered here
/// and logged with its reason, which the client does not get (TOK-14, OPS-5).
///
/// Lifetime: outlives the server; the verifier's key sources are stopped before the loops end. Threads: any
/// loop.
class Authenticator {
 public:
  /// What is known of the sender. `token` is null if none was presented.
  using Then = std::function<void(const http::ExchangePtr& exchange, const Contact& contact, TokenPtr token)>;

  Authenticator(const ApiOptions& options, const HubAddresses& addresses, const TokenVerifier& verifier,
                TokenCache& cache, const DenyListHolder& deny, RefusalFigures& figures)
      : options_(options),
        addresses_(addresses),
        verifier_(verifier),
        cache_(cache),
        deny_(deny),
        figures_(figures) {}

  /// Calls `then` unless the request is refused: within this call, or on the exchange's loop once the key
  /// that the token names was looked for where its issuer publishes them. `examines_tokens`: else none is
  /// looked at (SUB-22).
  void authenticate(const http::ExchangePtr& exchange, Role role, bool examines_tokens, Then then) const;

  /// A challenge for this client, with the URL of the metadata if it is served.
  http::Response challenge(Challenge challenge, const Contact& contact,
                           std::string_view explanation = {}) const;

 private:
  struct Attempt {
    http::ExchangePtr exchange;
    Contact contact;
    Role role;
    PresentedToken presented;
    Then then;
  };

  void judge(Attempt attempt, bool may_wait) const;
  Verification verify(const Attempt& attempt, const TokenQuestion& question, std::int64_t now_ms) const;
  void wait(Attempt attempt, const MissingKey& missing) const;
  void refuse(const Attempt& attempt, const TokenRefusal& refusal) const;
  void accept(const Attempt& attempt, TokenPtr token) const;
  void note_refusal(const Contact& contact, Role role, const TokenRefusal& refusal) const;

  const ApiOptions& options_;
  const HubAddresses& addresses_;
  const TokenVerifier& verifier_;
  TokenCache& cache_;
  const DenyListHolder& deny_;
  RefusalFigures& figures_;
  mutable FailureBudget budget_;
  mutable LogLimit log_limit_{50};
};

}  // namespace cinnabar
