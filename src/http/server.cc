// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <algorithm>
#include <csignal>
#include <future>

#include "base/loop.h"
#include "http/loop_server.h"

namespace cinnabar::http {
namespace {

class ServerImpl final : public Server {
 public:
  ServerImpl(const ServerOptions& options, Handler handler, std::unique_ptr<TlsContext> tls)
      : addresses_(options.listen),
        limits_(options.limits),
        common_headers_(options.common_headers),
        handler_(std::move(handler)),
        tls_(std::move(tls)) {}

  ~ServerImpl() override { shutdown(); }

  Result<void> listen(std::span<Loop* const> loops) {
    std::vector<std::vector<std::vector<ListenSocket>>> bound;  // by address, loop, numeric address
    for (ListenAddress& address : addresses_) {
      auto sockets = bind_address(address, loops.size(), limits_.peer_timeout);
      if (!sockets) return sockets.error();
      bound.push_back(std::move(*sockets));
    }
    for (Loop* loop : loops) {
      loops_.push_back(std::make_unique<LoopServer>(*loop, limits_, common_headers_, handler_, tls_.get()));
    }
    std::size_t index = 0;
    Result<void> listening;
    on_each_loop([&](LoopServer& server) {
      for (std::size_t a = 0; a < bound.size(); ++a) {
        for (ListenSocket& socket : bound[a][index]) {
          if (listening) listening = server.listen(std::move(socket), addresses_[a].tls);
        }
      }
      ++index;
    });
    return listening;
  }

  std::vector<ListenAddress> addresses() const override { return addresses_; }
  void stop_accepting() override {
    on_each_loop([](LoopServer& server) { server.stop_accepting(); });
  }
  void shutdown() override {
    on_each_loop([](LoopServer& server) { server.shutdown(); });
  }
  std::size_t connections() const override {
    std::size_t sum = 0;
    for (const Protocol protocol : {Protocol::kUndecided, Protocol::kHttp1, Protocol::kHttp2}) {
      sum += connections(protocol, false) + connections(protocol, true);
    }
    return sum;
  }
  std::size_t connections(Protocol protocol, bool tls) const override {
    std::size_t sum = 0;
    for (const auto& server : loops_) sum += server->count(protocol, tls);
    return sum;
  }

 private:
  /// One after the other, each awaited.
  template <class Task>
  void on_each_loop(Task task) {
    for (const auto& server : loops_) {
      std::promise<void> done;
      server->loop().post([&] {
        task(*server);
        done.set_value();
      });
      done.get_future().wait();
    }
  }

  std::vector<ListenAddress> addresses_;
  const ServerLimits limits_;
  const std::vector<Header> common_headers_;
  const Handler handler_;
  const std::unique_ptr<TlsContext> tls_;
  std::vector<std::unique_ptr<LoopServer>> loops_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::create(const ServerOptions& options, std::span<Loop* const> loops,
                                               Handler handler) {
  const bool wants_tls = std::any_of(options.listen.begin(), options.listen.end(),
                                     [](const ListenAddress& address) { return address.tls; });
  std::unique_ptr<TlsContext> tls;
  if (wants_tls) {
    auto made = TlsContext::create(options.tls);
    if (!made) return made.error();
    tls = std::move(*made);
    // OpenSSL writes to sockets without MSG_NOSIGNAL.
    std::signal(SIGPIPE, SIG_IGN);
  }
  auto server = std::make_unique<ServerImpl>(options, std::move(handler), std::move(tls));
  if (auto listening = server->listen(loops); !listening) return listening.error();
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace cinnabar::http
