// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace cinnabar::bench {

/// Where the hub listens.
struct Endpoint {
  sockaddr_in address{};
  std::string authority;  ///< "host:port", for the Host field
};

/// "127.0.0.1:3000" or "localhost:3000"; IPv4 only.
Result<Endpoint> parse_endpoint(std::string_view host_port);

struct SslContextFree {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextFree>;

/// A client that offers http/1.1 by ALPN and trusts any certificate: it measures, on loopback.
SslContext make_client_context();

/// One non-blocking client connection, plain or TLS. One thread; move-only; closes on destruction.
class Wire {
 public:
  enum class Progress { kDone, kWantRead, kWantWrite, kFailed };
  /// Special results of read() and write().
  static constexpr long kWouldBlock = -1;
  static constexpr long kClosed = 0;

  Wire() = default;
  Wire(Wire&& other) noexcept : fd_(std::exchange(other.fd_, -1)), tls_(std::exchange(other.tls_, nullptr)) {}
  Wire& operator=(Wire&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(tls_, other.tls_);
    return *this;
  }
  ~Wire() { close(); }

  /// Starts to connect. `context` null: plain. `receive_buffer` in bytes; 0: the kernel's choice.
  static Result<Wire> open(const Endpoint& endpoint, SSL_CTX* context, int receive_buffer);

  int fd() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  bool is_tls() const { return tls_ != nullptr; }

  /// Goes on with connecting and the TLS handshake once the fd is writable (readable).
  Progress connect();
  /// Bytes read, kWouldBlock, or kClosed at the end or after an error.
  long read(char* to, std::size_t size);
  long write(std::string_view bytes);
  void close();

 private:
  int fd_ = -1;
  SSL* tls_ = nullptr;
};

}  // namespace cinnabar::bench
