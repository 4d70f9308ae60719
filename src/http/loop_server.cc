// SPDX-License-Identifier: Apache-2.0
#include "http/loop_server.h"

#include "http/tls_transport.h"

namespace cinnabar::http {

LoopServer::LoopServer(Loop& loop, const ServerLimits& limits, const std::vector<Header>& common_headers,
                       const Handler& handler, const TlsContext* tls)
    : tls_(tls),
      adopt_([this](std::shared_ptr<Connection> connection, bool http2) {
        adopt(std::move(connection), http2 ? Protocol::kHttp2 : Protocol::kHttp1, false);
      }),
      adopt_tls_([this](std::shared_ptr<Connection> connection, bool http2) {
        adopt(std::move(connection), http2 ? Protocol::kHttp2 : Protocol::kHttp1, true);
      }),
      context_{loop, limits, common_headers, handler,
               [this](Connection& connection) { release(connection); }} {}

Result<void> LoopServer::listen(ListenSocket socket, bool tls) {
  listeners_.push_back(std::make_unique<Listener>(
      loop(), std::move(socket),
      [this, tls](int fd, std::string peer) { accepted(fd, std::move(peer), tls); }));
  return listeners_.back()->start();
}

void LoopServer::stop_accepting() { listeners_.clear(); }

void LoopServer::shutdown() {
  stop_accepting();
  // Each takes itself out of the map; what an end makes others do may add or remove more.
  while (!connections_.empty()) {
    const auto connection = connections_.begin()->second.connection;
    connection->shutdown();
  }
}

void LoopServer::accepted(int fd, std::string peer, bool tls) {
  std::shared_ptr<Transport> transport;
  TlsTransport* tls_transport = nullptr;
  if (tls) {
    auto made = std::make_shared<TlsTransport>(loop(), fd, std::move(peer), tls_->new_connection());
    tls_transport = made.get();
    transport = std::move(made);
  } else {
    transport = std::make_shared<PlainTransport>(loop(), fd, std::move(peer));
  }
  const auto detector =
      std::make_shared<Detector>(context_, std::move(transport), tls_transport, tls ? adopt_tls_ : adopt_);
  adopt(detector, Protocol::kUndecided, tls);
  detector->start();
}

void LoopServer::adopt(std::shared_ptr<Connection> connection, Protocol protocol, bool tls) {
  const Connection* const key = connection.get();
  Tally& counted = counts_[static_cast<std::size_t>(protocol)][tls ? 1 : 0];
  if (connections_.emplace(key, Held{std::move(connection), &counted}).second) counted.add();
}

void LoopServer::release(Connection& connection) {
  const auto found = connections_.find(&connection);
  if (found == connections_.end()) return;
  // Out of the map first: the destructor may come back here.
  const auto last = std::move(found->second);
  last.counted->subtract();
  connections_.erase(found);
}

}  // namespace cinnabar::http
