// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "load/address.h"

namespace cinnabar::load {

struct SslContextFree {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextFree>;

/// What a client asks of TLS.
struct TlsWishes {
  bool http2 = false;     ///< offer h2 by ALPN instead of http/1.1
  bool insecure = false;  ///< trust any certificate
  std::string ca_file;    ///< PEM: trust these instead of the system's; empty: the system's
};

/// Errors: kInvalid, when the CA file cannot be used.
Result<SslContext> make_client_context(const TlsWishes& wishes);

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

  /// Starts to connect to a resolved address. `context` null: plain. `receive_buffer` in bytes; 0: the
  /// kernel's choice.
  static Result<Wire> open(const HubAddress& address, SSL_CTX* context, int receive_buffer);
  /// As open(), and waits up to 5 s until it is connected, TLS and all. Blocks.
  static Result<Wire> open_and_wait(const HubAddress& address, SSL_CTX* context);

  int fd() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  bool is_tls() const { return tls_ != nullptr; }
  /// The handshake has agreed on h2.
  bool speaks_http2() const;

  /// Goes on with connecting and the TLS handshake once the fd is writable (readable).
  Progress connect();
  /// After kFailed: why, as the rest of a sentence.
  std::string failure() const;
  /// Bytes read, kWouldBlock, or kClosed at the end or after an error.
  long read(char* to, std::size_t size);
  long write(std::string_view bytes);
  /// close() is to send a RST, which leaves no TIME_WAIT behind.
  void reset_on_close();
  /// Waits for POLLIN or POLLOUT; false when the time is over.
  bool wait_for(short events, int timeout_ms) const;
  void close();

 private:
  int fd_ = -1;
  SSL* tls_ = nullptr;
};

}  // namespace cinnabar::load
