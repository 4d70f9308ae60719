// SPDX-License-Identifier: Apache-2.0
#include "app/hub_process.h"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <future>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "api/api.h"
#include "app/admin/admin.h"
#include "app/admin/health.h"
#include "app/config.h"
#include "app/config_convert.h"
#include "app/deny_watch.h"
#include "app/dev.h"
#include "app/keys.h"
#include "auth/deny_list.h"
#include "auth/token_cache.h"
#include "auth/token_verifier.h"
#include "base/blocking_pool.h"
#include "base/log.h"
#include "base/loop.h"
#include "http/server.h"
#include "hub/hub.h"
#include "journal/memory/memory_journal.h"
#include "journal/rocksdb/rocksdb_journal.h"

namespace cinnabar {
namespace {

// Two are enough for look-ups and replays: reads come from the page cache mostly.
constexpr unsigned kBlockingThreads = 2;

int fail(const Error& error) {
  std::cerr << "cinnabar: " << error.detail << '\n';
  return 1;
}

// Every subscriber is a descriptor; the soft limit of most systems is 1,024.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

Result<std::unique_ptr<Journal>> open_journal(const JournalConfig& config) {
  if (config.type == JournalType::kMemory) return make_memory_journal({.retention = config.retention});
  RocksdbJournalOptions options;
  options.path = config.path;
  options.retention = config.retention;
  options.sync_interval = std::chrono::duration_cast<std::chrono::milliseconds>(config.sync_interval);
  switch (config.sync) {
    case JournalSync::kAlways: options.sync = SyncPolicy::kAlways; break;
    case JournalSync::kInterval: options.sync = SyncPolicy::kInterval; break;
    case JournalSync::kNever: options.sync = SyncPolicy::kNever; break;
  }
  return open_rocksdb_journal(options);
}

std::string url_of(const http::ListenAddress& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return (address.tls ? "https://" : "http://") + (v6 ? "[" + address.host + "]" : address.host) + ":" +
         std::to_string(address.port);
}

/// The loops and their threads, started together and stopped together.
class Loops {
 public:
  explicit Loops(unsigned count) {
    for (unsigned i = 0; i < count; ++i) owned_.push_back(std::make_unique<Loop>());
    for (const auto& loop : owned_) loops_.push_back(loop.get());
  }
  ~Loops() {
    for (Loop* loop : loops_) loop->stop();
    for (Loop* loop : loops_) loop->join();
  }
  void start() {
    for (Loop* loop : loops_) loop->start();
  }
  /// Returns when everything posted to the loops before has run.
  void settle() {
    for (Loop* loop : loops_) {
      std::promise<void> done;
      loop->post([&done] { done.set_value(); });
      done.get_future().wait();
    }
  }
  std::span<Loop* const> all() const { return loops_; }

 private:
  std::vector<std::unique_ptr<Loop>> owned_;
  std::vector<Loop*> loops_;
};

/// The listener for operators, on the same loops; null where there is none. One that cannot be had stops the
/// start only if somebody asked for it: the default must not keep a second hub from starting, nor a hub for
/// development.
Result<std::unique_ptr<http::Server>> open_admin(const Config& config, bool dev, std::span<Loop* const> loops,
                                                 const Admin& admin) {
  if (config.admin.listen.empty()) return std::unique_ptr<http::Server>();
  Result<http::ServerOptions> options = admin_options(config);
  if (!options) return options.error();
  options->common_headers = Api::common_headers();
  auto server = http::Server::create(*options, loops,
                                     [&admin](const http::ExchangePtr& exchange) { admin.handle(exchange); });
  if (!server) {
    const bool asked_for = !dev && config.origins.count("admin.listen") != 0;
    if (asked_for || server.error().code != ErrorCode::kUnavailable) return server.error();
    log_warn("going on without the admin listener; set admin.listen to another address, or to \"off\"",
             {{"error", server.error().detail}});
    return std::unique_ptr<http::Server>();
  }
  for (const http::ListenAddress& address : (*server)->addresses()) {
    log_info("serving operators", {{"admin", url_of(address)}});
  }
  return server;
}

// Blocks until SIGTERM or SIGINT, then drains (CONN-9); a second signal cuts the drain short.
void serve(boost::asio::io_context& context, boost::asio::signal_set& signals, http::Server& server, Hub& hub,
           HealthCheck& health, Duration drain_timeout) {
  boost::asio::steady_timer poll(context);
  SteadyTime deadline;
  std::function<void()> wait_for_subscribers = [&] {
    if (hub.subscribers() == 0 || steady_now() >= deadline) return context.stop();
    poll.expires_after(std::chrono::milliseconds(10));
    poll.async_wait([&](const boost::system::error_code& error) {
      if (!error) wait_for_subscribers();
    });
  };
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    health.begin_stop();  // before the listeners close, so that whoever balances load looks elsewhere
    log_info("stopping", {{"subscribers", std::uint64_t{hub.subscribers()}}});
    signals.async_wait([&](const boost::system::error_code& again, int) {
      if (!again) context.stop();
    });
    server.stop_accepting();
    hub.drain(drain_timeout);
    // A close is planned for the end of the window at the latest; give it time to be written.
    deadline = steady_now() + drain_timeout + std::chrono::seconds(1);
    wait_for_subscribers();
  });
  context.run();
}

}  // namespace

int run_hub(const Config& config, const DevGuide* dev) {
  std::signal(SIGPIPE, SIG_IGN);  // writes report EPIPE instead
  set_log_level(config.log.level);
  raise_descriptor_limit();
  // Caught from here on, so that a stop during the start is orderly too.
  boost::asio::io_context context(1);
  boost::asio::signal_set signals(context, SIGTERM, SIGINT);

  const Result<http::ServerOptions> converted = server_options(config);
  if (!converted.ok()) return fail(converted.error());
  http::ServerOptions server_settings = *converted;
  server_settings.common_headers = Api::common_headers();

  Result<std::unique_ptr<Journal>> journal = open_journal(config.journal);
  if (!journal.ok()) return fail(journal.error());

  TokenCache tokens(config.hub.token_cache);
  const TokenVerifier verifier(issuers(config, [&tokens] { tokens.forget(); }), config.hub.limits,
                               compatibility_of(config));
  Loops loops(std::max(1U, std::thread::hardware_concurrency()));
  BlockingPool pool(kBlockingThreads);
  Hub hub(**journal, loops.all(), pool,
          {.heartbeat = config.hub.heartbeat,
           .write_timeout = config.hub.write_timeout,
           .dispatch_timeout = config.hub.dispatch_timeout,
           .subscriptions = config.hub.subscriptions,
           .presence_grace = config.hub.presence_grace,
           .path = HubPath(config.hub.path)});
  DenyListHolder deny;
  std::optional<DenyWatch> deny_watch;
  if (!config.hub.deny.empty()) {
    deny_watch.emplace(context, config.hub.deny, deny, [&hub, &deny] {
      hub.disconnect([list = deny.get()](const Subscriber& subscriber) {
        return list->denies(subscriber.token(), subscriber.matchers()) != nullptr;
      });
    });
    if (const Result<void> loaded = deny_watch->load(); !loaded) return fail(loaded.error());
    deny_watch->start();
  }
  const Api api(
      api_options(config, dev != nullptr),
      {.verifier = verifier, .tokens = tokens, .deny = deny, .journal = **journal, .hub = hub, .pool = pool});
  HealthCheck health(**journal, config.admin.live_grace);

  if (const Result<void> started = hub.start(); !started.ok()) return fail(started.error());
  loops.start();
  auto server = http::Server::create(server_settings, loops.all(),
                                     [&api](const http::ExchangePtr& exchange) { api.handle(exchange); });
  const auto give_up = [&](const Error& error) {
    (*journal)->stop();
    hub.stop();
    loops.settle();
    verifier.stop_key_sources();
    return fail(error);
  };
  if (!server.ok()) return give_up(server.error());
  const Admin admin(config.admin.token,
                    {.hub = hub,
                     .health = health,
                     .pool = pool,
                     .metrics = {.journal = **journal, .hub = hub, .api = api, .server = **server}});
  auto admin_server = open_admin(config, dev != nullptr, loops.all(), admin);
  if (!admin_server.ok()) {
    (*server)->shutdown();
    return give_up(admin_server.error());
  }
  for (const http::ListenAddress& address : (*server)->addresses()) {
    log_info("listening", {{"address", url_of(address)}, {"path", config.hub.path}});
  }
  if (dev) std::cout << dev->text((*server)->addresses()) << std::flush;

  serve(context, signals, **server, hub, health, config.hub.drain_timeout);

  // Publishes under way are committed and answered before connections are dropped.
  (*journal)->stop();
  hub.stop();
  verifier.stop_key_sources();
  loops.settle();
  (*server)->shutdown();
  if (*admin_server) (*admin_server)->shutdown();
  pool.stop();
  loops.settle();
  log_info("stopped");
  return 0;
}

}  // namespace cinnabar
