// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "api/trusted_proxies.h"
#include "http/message.h"

namespace cinnabar {

/// How a client reached the hub, as the client sees it: from the connection, or from what a trusted proxy
/// says (ERR-14).
struct PublicOrigin {
  bool https = false;
  std::string authority;  ///< as sent: host or host:port; may be empty (HTTP/1.0)
  std::string client;     ///< numeric address
};

/// Walks the proxies that the request came through, from the nearest outwards, as far as they are trusted. Of
/// X-Forwarded-For, -Proto, -Host and -Port, and of Forwarded (RFC 7239), whichever is there counts; where
/// both are and say different things, or what they say makes no sense, neither does: one of them then came
/// from the client, past a proxy that only knows the other.
PublicOrigin public_origin(const http::Request& request, const TrustedProxies& proxies);

}  // namespace cinnabar
