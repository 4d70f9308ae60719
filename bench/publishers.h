// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/histogram.h"
#include "bench/options.h"
#include "bench/wire.h"

namespace cinnabar::bench {

/// Publishes over keep-alive connections, each a closed loop: the next update goes out once the
/// one before has been acknowledged. With a rate, updates start at fixed times, on whichever
/// connection is free.
///
/// Threads: one of its own between start() and join(); done() from any; the rest after join().
class Publishers {
 public:
  explicit Publishers(const Options& options);

  /// Connects, so that the run begins with open connections.
  Result<void> connect();
  void start();
  /// All updates have been answered, or it gave up.
  bool done() const { return done_.load(std::memory_order_acquire); }
  void join();

  /// Acknowledged updates of each publisher: its sequence numbers 1 to this.
  const std::vector<std::uint32_t>& acknowledged() const { return acknowledged_; }
  std::uint64_t total() const;
  double seconds() const { return seconds_; }
  const Histogram& latency() const { return latency_; }
  /// Ids of the last acknowledged updates, the newest last.
  const std::deque<std::string>& last_ids() const { return last_ids_; }
  /// What went wrong; empty: nothing.
  const std::string& failure() const { return failure_; }

 private:
  struct Connection {
    Wire wire;
    std::vector<std::string> requests;  // one per topic, built once; the stamp is patched in
    std::vector<std::size_t> stamp;     // where it stands in each
    std::string response;
    std::uint64_t sent_ns = 0;
    std::uint32_t sequence = 0;
  };

  void run();
  bool may_send() const;
  /// When the next update is to be sent.
  std::uint64_t due_ns() const;
  void send_due();
  bool send(std::uint32_t index);
  bool receive(std::uint32_t index);
  /// True once the response of `connection` is whole; sets failure_ if it isn't a 200.
  bool take_response(Connection& connection);
  void fail(std::string what);

  const Options& options_;
  SslContext context_;
  std::vector<Connection> connections_;
  std::deque<std::uint32_t> idle_;
  std::vector<std::uint32_t> acknowledged_;
  std::deque<std::string> last_ids_;
  Histogram latency_;
  std::string failure_;
  std::uint64_t sent_ = 0;
  std::uint64_t start_ns_ = 0;
  double seconds_ = 0;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace cinnabar::bench
