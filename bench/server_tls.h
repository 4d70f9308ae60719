// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "load/wire.h"

namespace cinnabar::load {

/// A server's context with a certificate of its own, made in memory: P-256, as the hub's self-signed one.
/// Null: OpenSSL refused.
SslContext make_server_context();

struct SslFree {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslConnection = std::unique_ptr<SSL, SslFree>;

/// Shakes hands over a blocking socket, which stays the caller's. Null: the other side did not.
SslConnection accept_tls(SSL_CTX* context, int fd);

}  // namespace cinnabar::load
