// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "api/origin.h"
#include "api/trusted_proxies.h"
#include "protocol/compatibility.h"
#include "protocol/limits.h"

namespace cinnabar {

/// How the hub presents itself over HTTP.
struct ApiOptions {
  std::string path = "/.well-known/mercure";  ///< HUBPATH
  bool anonymous = false;                     ///< subscribers without a token (SUB-21)
  std::string resource_identifier;            ///< pinned RI (TOK-12); empty: derived from each request
  std::string cookie_name = "__Secure-mercure_access_token";  ///< PRES-3
  Compatibility compatibility = Compatibility::kNone;         ///< clients of 0.x (COMPAT-1)
  TrustedProxies trusted_proxies;                             ///< ERR-14
  std::vector<std::string> public_urls;                       ///< normal origins; empty: any (ERR-13)
  OriginList cors_origins;                                    ///< empty: no CORS (CORS-1)
  OriginList publish_origins;                                 ///< PRES-12
  std::vector<std::string> authorization_servers;  ///< issuers to be named in the metadata (DISC-9)
  /// Tell clients why a token is refused: for development alone, as ERR-8 forbids it.
  bool explains_refusals = false;
  ProtocolLimits limits;
};

}  // namespace cinnabar
