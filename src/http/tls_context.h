// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/server.h"

namespace cinnabar::http {

/// The certificates of a server and the rules of its TLS: 1.2 and 1.3, modern ciphers, ALPN h2 and
/// http/1.1, no renegotiation, no session store and no tickets (an idle connection stays small).
///
/// Lifetime: outlives its connections. Threads: any, once made; immutable.
class TlsContext {
 public:
  /// Errors: kInvalid, one sentence that names the certificate and what is wrong with it.
  static Result<std::unique_ptr<TlsContext>> create(const TlsOptions& options);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// A new server-side connection on the default certificate, until SNI chooses. nullptr: out of memory.
  SSL* new_connection() const;

  /// The context whose certificate covers `name` (RFC 9525 section 6.3: a wildcard stands for one
  /// whole leftmost label); the default one if none does.
  SSL_CTX* choose(std::string_view name) const;

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  using ContextPtr = std::unique_ptr<SSL_CTX, Free>;

  TlsContext() = default;
  Result<void> add(const Certificate& certificate);
  void add_names(SSL_CTX* context, X509* leaf);

  std::vector<ContextPtr> contexts_;
  std::map<std::string, SSL_CTX*, std::less<>> names_;  ///< lower case; wildcards as "*.example.com"
};

}  // namespace cinnabar::http
