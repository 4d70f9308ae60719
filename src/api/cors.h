// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "api/origin.h"
#include "http/exchange.h"

namespace cinnabar {

/// What pages of other sites may do (Fetch, section 3.2; CORS-1 to CORS-9). With `*` everybody may, but
/// without credentials. Immutable; any thread.
class Cors {
 public:
  /// Without origins it does nothing at all (CORS-1). `exposes_legacy`: pages of 0.x read `Last-Event-ID`
  /// too.
  Cors(const OriginList& origins, bool exposes_legacy);

  bool enabled() const { return !origins_.empty(); }
  /// Whether the request asks what may be asked (CORS-6).
  static bool is_preflight(const http::Request& request);
  /// The answer to such a request: 204, with what is allowed. REQUIRES: enabled()
  http::Response preflight(const http::Request& request) const;
  /// The exchange, whose every answer, errors and streams included, gets the fields that its origin is due.
  /// REQUIRES: enabled()
  http::ExchangePtr decorate(const http::ExchangePtr& exchange) const;

 private:
  /// The fields of CORS-2 or CORS-3, if the origin is allowed.
  bool add_origin(const http::Request& request, http::Response& response) const;

  const OriginList& origins_;
  std::string exposed_;
};

}  // namespace cinnabar
