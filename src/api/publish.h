// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "api/authenticate.h"
#include "api/hub_address.h"
#include "api/options.h"
#include "http/exchange.h"
#include "journal/journal.h"

namespace cinnabar {

/// `POST` on the hub's path: section PUB. Checks in the order of ERR-10, hands the update to the
/// journal, and answers when it is committed.
///
/// Lifetime: outlives the server and journal.stop(). Threads: handle() on any loop.
class PublishEndpoint {
 public:
  PublishEndpoint(const ApiOptions& options, const HubPath& path, const Authenticator& authenticator,
                  Journal& journal, ApiFigures& figures)
      : options_(options), path_(path), authenticator_(authenticator), journal_(journal), figures_(figures) {}

  void handle(const http::ExchangePtr& exchange) const;

 private:
  void authenticated(const http::ExchangePtr& exchange, const Contact& contact, TokenPtr token) const;
  void on_body(const http::ExchangePtr& exchange, const Contact& contact, const VerifiedToken& token,
               Result<std::string> body) const;
  void refuse(http::Exchange& exchange, const Contact& contact, const Error& error) const;

  const ApiOptions& options_;
  const HubPath& path_;
  const Authenticator& authenticator_;
  Journal& journal_;
  ApiFigures& figures_;
};

}  // namespace cinnabar
