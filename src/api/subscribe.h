// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "api/hub_urls.h"
#include "api/options.h"
#include "auth/token_verifier.h"
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
  SubscribeEndpoint(const ApiOptions& options, const HubUrls& urls, const TokenVerifier& verifier,
                    const Journal& journal, Hub& hub, BlockingPool& pool)
      : options_(options), urls_(urls), verifier_(verifier), journal_(journal), hub_(hub), pool_(pool) {}

  void handle(const http::ExchangePtr& exchange) const;

 private:
  /// What is known of a request on its way to a stream.
  struct Pending {
    std::optional<VerifiedToken> token;
    SubscribeRequest request;
    std::optional<std::string> cursor;  ///< the id asked for; absent: none was (HIST-8)
  };

  void on_body(const http::ExchangePtr& exchange, const HubUrl& url, std::optional<VerifiedToken> token,
               Result<std::string> body) const;
  void parse(const http::ExchangePtr& exchange, const HubUrl& url, std::optional<VerifiedToken> token,
             const std::string& body) const;
  void resolve(const http::ExchangePtr& exchange, Pending pending) const;
  void open(const http::ExchangePtr& exchange, const Pending& pending, const Cursor& cursor) const;

  const ApiOptions& options_;
  const HubUrls& urls_;
  const TokenVerifier& verifier_;
  const Journal& journal_;
  Hub& hub_;
  BlockingPool& pool_;
};

}  // namespace cinnabar
