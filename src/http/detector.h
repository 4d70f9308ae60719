// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/timer_wheel.h"
#include "http/connection.h"

namespace cinnabar::http {

class TlsTransport;

/// A connection whose protocol is not known yet: waits for the end of the TLS handshake and for
/// ALPN, or for the first bytes, and hands over to HTTP/1 or HTTP/2 (RFC 9113 sections 3.2, 3.3).
/// A peer that says too little within header_timeout is dropped.
///
/// Lifetime: as Connection. Threads: its loop.
class Detector final : public Connection,
                       public TransportListener,
                       public Timer,
                       public std::enable_shared_from_this<Detector> {
 public:
  /// Takes the successor into the owner's set; `http2`: what it speaks.
  using Adopt = std::function<void(std::shared_ptr<Connection>, bool http2)>;

  /// `tls`: the same transport if it is one that shakes hands. `adopt` outlives the detector.
  Detector(ConnectionContext& context, std::shared_ptr<Transport> transport, TlsTransport* tls,
           const Adopt& adopt);
  ~Detector() override;
  Detector(const Detector&) = delete;
  Detector& operator=(const Detector&) = delete;

  void start() override;
  void shutdown() override { finish(); }

 private:
  enum class Guess { kUnknown, kHttp1, kHttp2 };

  Guess guess() const;
  void hand_over(bool http2);
  void finish();
  void on_readable() override;
  void on_writable() override {}
  void on_timer() override { finish(); }

  ConnectionContext& context_;
  std::shared_ptr<Transport> transport_;
  TlsTransport* tls_;
  const Adopt& adopt_;
  std::string received_;
};

}  // namespace cinnabar::http
