// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace cinnabar {
class Loop;
}

namespace cinnabar::http {

/// Told about readiness, on the transport's loop, never from within a call to the transport.
class TransportListener {
 public:
  virtual void on_readable() = 0;
  virtual void on_writable() = 0;

 protected:
  ~TransportListener() = default;
};

/// A non-blocking byte stream to one peer: a socket, plain or TLS. What HTTP/1 and HTTP/2 stand on.
///
/// Reads and writes are tried at once; readiness is awaited only when asked for, one shot a call.
/// Lifetime: shared, because a pending wait holds it; close() ends all waits silently.
/// Threads: its loop.
class Transport {
 public:
  enum class Status {
    kOk,       ///< some bytes moved
    kBlocked,  ///< nothing now: await_readable() / await_writable()
    kEof,      ///< the peer ended its side (read only)
    kError,    ///< reset or broken: close it
  };
  struct Outcome {
    std::size_t bytes;
    Status status;
  };

  virtual ~Transport() = default;

  virtual Outcome read(std::span<char> into) = 0;
  /// Sends from the first buffer on. `bytes` counts what is sent or is now the transport's to send:
  /// TLS may own a record that the socket did not take yet, and then answers kBlocked together with
  /// the bytes of that record. Plain sockets own nothing. kBlocked: call await_writable(), whose
  /// on_writable() comes when everything owned is out and there is room.
  virtual Outcome write(std::span<const iovec> buffers) = 0;

  /// Asks for one on_readable(); a TLS transport that already holds decrypted bytes calls soon.
  virtual void await_readable() = 0;
  virtual void await_writable() = 0;

  virtual void set_listener(TransportListener* listener) = 0;

  /// Closes now. `linger_reset`: with RST, so that unread or unsent bytes are not waited for.
  /// Without it the peer gets TLS close_notify and FIN after all that was written.
  virtual void close(bool linger_reset) = 0;

  virtual bool is_tls() const = 0;
  virtual const std::string& peer() const = 0;  ///< numeric address without port
  virtual Loop& loop() const = 0;
};

}  // namespace cinnabar::http
