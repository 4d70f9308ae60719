// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "api/hub_urls.h"
#include "api/options.h"
#include "auth/token_verifier.h"
#include "http/exchange.h"
#include "journal/journal.h"

namespace cinnabar {

/// `POST` on the hub's path: section PUB. Checks in the order of ERR-10, hands the update to the
/// journal, and answers when it is committed.
///
/// Lifetime: outlives the server and journal.stop(). Threads: handle() on any loop.
class PublishEndpoint {
 public:
  PublishEndpoint(const ApiOptions& options, const HubUrls& urls, const TokenVerifier& verifier,
                  Journal& journal)
      : options_(options), urls_(urls), verifier_(verifier), journal_(journal) {}

  void handle(const http::ExchangePtr& exchange) const;

 private:
  void on_body(const http::ExchangePtr& exchange, const VerifiedToken& token, HubScheme scheme,
               Result<std::string> body) const;

  const ApiOptions& options_;
  const HubUrls& urls_;
  const TokenVerifier& verifier_;
  Journal& journal_;
};

}  // namespace cinnabar
