// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string_view>

#include "http/socket_transport.h"

namespace cinnabar::http {

/// TLS by OpenSSL on the bare socket (SSL_set_fd): no buffers of ours, none of OpenSSL's while idle.
/// The first reads make the handshake. REQUIRES: SIGPIPE is ignored (Server::create sees to it),
/// since OpenSSL writes without MSG_NOSIGNAL.
class TlsTransport final : public SocketTransport {
 public:
  /// Takes over `ssl`; nullptr makes a transport that only knows kError.
  TlsTransport(Loop& loop, int fd, std::string peer, SSL* ssl);

  bool handshake_done() const { return ssl_ && SSL_is_init_finished(ssl_.get()) == 1; }
  /// What ALPN chose; empty without ALPN or before the handshake is done.
  std::string_view alpn() const;

  Outcome read(std::span<char> into) override;
  Outcome write(std::span<const iovec> buffers) override;
  void await_readable() override;
  bool is_tls() const override { return true; }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  /// Bytes that OpenSSL began to send and wants to see again, as they were.
  struct Kept {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
    std::size_t sent;
  };

  Outcome write_once(const char* data, std::size_t size);
  Status flush_kept();
  void ready_to_write() override;
  void before_close(bool linger_reset) override;

  std::unique_ptr<SSL, Free> ssl_;
  std::unique_ptr<Kept> kept_;
  bool failed_ = false;            ///< OpenSSL forbids further calls
  bool read_wants_write_ = false;  ///< the handshake waits for room to write
};

}  // namespace cinnabar::http
