// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "api/authenticate.h"
#include "api/figures.h"
#include "api/hub_address.h"
#include "api/options.h"
#include "http/exchange.h"
#include "hub/hub.h"
#include "journal/journal.h"
#include "protocol/subscribe_request.h"

namespace cinnabar {

class BlockingPool;

/// `GET`, `HEAD` and `QUERY` on the hub's path: sections SUB and HIST. Checks in the order of ERR-10,
/// finds the cursor's place in history, registers the subscriber, and opens its stream.
///
/// Lifetime: outlives the server. Threads: handle() on any loop.
class SubscribeEndpoint {
 public:
  SubscribeEndpoint(const ApiOptions& options, const TokenVerifier& verifier,
                    const Authenticator& authenticator, const DenyListHolder& deny, const Journal& journal,
                    Hub& hub, BlockingPool& pool, ApiFigures& figures)
      : options_(options),
        verifier_(verifier),
        authenticator_(authenticator),
        deny_(deny),
        journal_(journal),
        hub_(hub),
        pool_(pool),
        figures_(figures) {}

  void handle(const http::ExchangePtr& exchange) const;

 private:
  /// What is known of a request on its way to a stream.
  struct Pending {
    Contact contact;
    TokenPtr token;  ///< null: none
    SubscribeRequest request;
    std::optional<std::string> cursor;  ///< the id asked for; absent: none was (HIST-8)
  };

  void authenticated(const http::ExchangePtr& exchange, const Contact& contact, TokenPtr token) const;
  void on_body(const http::ExchangePtr& exchange, const Contact& contact, TokenPtr token,
               Result<std::string> body) const;
  void parse(const http::ExchangePtr& exchange, const Contact& contact, TokenPtr token,
             const std::string& body) const;
  bool is_denied(const Pending& pending) const;
  bool misses_something(const Pending& pending, Position last_seen) const;
  void resolve(const http::ExchangePtr& exchange, Pending pending) const;
  void open(const http::ExchangePtr& exchange, const Pending& pending, const Cursor& cursor) const;

  const ApiOptions& options_;
  const TokenVerifier& verifier_;
  const Authenticator& authenticator_;
  const DenyListHolder& deny_;
  const Journal& journal_;
  Hub& hub_;
  BlockingPool& pool_;
  ApiFigures& figures_;
};

}  // namespace cinnabar
