// SPDX-License-Identifier: Apache-2.0
#include "http/detector.h"

#include <algorithm>
#include <string_view>

#include "base/loop.h"
#include "http/scratch.h"
#include "http/tls_transport.h"

namespace cinnabar::http {
namespace {
constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
}

Detector::Detector(ConnectionContext& context, std::shared_ptr<Transport> transport, TlsTransport* tls,
                   const Adopt& adopt)
    : context_(context), transport_(std::move(transport)), tls_(tls), adopt_(adopt) {
  transport_->set_listener(this);
}

Detector::~Detector() {
  if (transport_) transport_->set_listener(nullptr);
}

void Detector::start() {
  context_.loop.timers().schedule(*this, steady_now() + context_.limits.header_timeout);
  transport_->await_readable();
}

void Detector::on_readable() {
  const auto self = shared_from_this();
  const auto scratch = read_scratch();
  const auto [bytes, status] = transport_->read(scratch);
  received_.append(scratch.data(), bytes);
  if (status == Transport::Status::kEof || status == Transport::Status::kError) {
    finish();
    return;
  }
  const Guess known = guess();
  if (known == Guess::kUnknown) {
    transport_->await_readable();
  } else {
    hand_over(known == Guess::kHttp2);
  }
}

Detector::Guess Detector::guess() const {
  if (tls_ && tls_->handshake_done()) {
    const std::string_view alpn = tls_->alpn();
    if (alpn == "h2") return Guess::kHttp2;
    if (alpn == "http/1.1") return Guess::kHttp1;
  }
  if (received_.empty()) return Guess::kUnknown;
  const std::size_t size = std::min(received_.size(), kPreface.size());
  if (received_.compare(0, size, kPreface, 0, size) != 0) return Guess::kHttp1;
  return size == kPreface.size() ? Guess::kHttp2 : Guess::kUnknown;
}

void Detector::hand_over(bool http2) {
  cancel();
  const auto transport = std::move(transport_);
  transport->set_listener(nullptr);
  const auto successor = http2 ? make_h2_connection(context_, transport, std::move(received_))
                               : make_h1_connection(context_, transport, std::move(received_));
  adopt_(successor, http2);
  successor->start();
  context_.release(*this);
}

void Detector::finish() {
  if (!transport_) return;
  const auto self = shared_from_this();
  cancel();
  transport_->close(true);
  transport_.reset();
  context_.release(*this);
}

}  // namespace cinnabar::http
