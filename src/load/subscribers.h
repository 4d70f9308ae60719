// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "load/histogram.h"
#include "load/ledger.h"
#include "load/options.h"
#include "load/sent_counts.h"
#include "load/stream_reader.h"
#include "load/wire.h"

namespace cinnabar::load {

/// Event-stream subscribers of one thread: opens them with bounded concurrency, reads, and keeps a ledger of
/// what came. How bytes travel is the business of H1Subscribers and H2Subscribers.
///
/// Threads: one of its own between start() and stop(); the counters can be read from any.
class Subscribers {
 public:
  /// The subscribers whose number is `first` modulo options.threads. `context`: of TLS, null for none.
  /// `sent`: when subscribers may join while publishers are at work, else null. All outlive the object.
  static std::unique_ptr<Subscribers> make(const Options& options, SSL_CTX* context, std::uint32_t first,
                                           const SentCounts* sent);
  virtual ~Subscribers();
  Subscribers(const Subscribers&) = delete;
  Subscribers& operator=(const Subscribers&) = delete;

  void start();
  void stop();
  /// Nobody leaves from now on, and who left returns; in `connect`, nobody opens any more.
  void calm() { calm_.store(true, std::memory_order_release); }

  std::uint64_t ready() const { return ready_.load(std::memory_order_acquire); }
  std::uint64_t failed() const { return failed_.load(std::memory_order_acquire); }
  /// Those that have an open stream now.
  std::uint64_t connected() const { return connected_.load(std::memory_order_acquire); }
  /// Streams that got their head, all together, and of those the ones that resumed.
  std::uint64_t heads() const { return heads_.load(std::memory_order_acquire); }
  std::uint64_t returns() const { return returns_.load(std::memory_order_acquire); }
  /// When the last delivery came, CLOCK_MONOTONIC.
  std::uint64_t last_delivery_ns() const { return last_delivery_ns_.load(std::memory_order_acquire); }
  const Ledger& ledger() const { return ledger_; }
  /// From the connection's start to the response's head.
  const LiveHistogram& head_latency() const { return head_latency_; }
  /// From the connection's start to the last of `expect` events.
  const LiveHistogram& replay_time() const { return replay_time_; }

  /// What those that read must get together, when each of topic k must get `due[k]`. `stopped`: after
  /// stop(); then those that never joined, where some may join late, are owed nothing.
  std::uint64_t owed(const std::vector<std::uint64_t>& due, bool stopped) const;
  /// After stop().
  LedgerReport report(const std::vector<std::uint64_t>& due) const;
  std::uint64_t closed() const { return closed_; }
  std::uint64_t wire_bytes() const { return wire_bytes_; }
  /// How many reads brought deliveries; over TLS each is one record.
  std::uint64_t reads() const { return reads_; }
  /// After stop(): why the first failed one failed.
  const std::string& failure() const { return failure_; }

 protected:
  enum class State : unsigned char { kAway, kConnecting, kHead, kStreaming, kStalled, kClosed };
  struct Subscriber {
    StreamReader reader;
    State state = State::kAway;
    bool stalls = false;
    bool joined = false;   // its place among the publishers' updates is noted
    bool counted = false;  // as ready, at its first head
    std::uint64_t opened_ns = 0;
  };

  Subscribers(const Options& options, SSL_CTX* context, std::uint32_t first, const SentCounts* sent);

  /// Begins a connection (stream); the state is kConnecting.
  virtual void open(std::uint32_t index) = 0;
  /// Ends it at once.
  virtual void drop(std::uint32_t index) = 0;
  /// Waits for what comes, and handles it.
  virtual void poll(int timeout_ms) = 0;

  std::uint32_t count() const { return static_cast<std::uint32_t>(subscribers_.size()); }
  Subscriber& at(std::uint32_t index) { return subscribers_[index]; }
  std::string target_of(std::uint32_t index) const;
  /// The value of Last-Event-ID; empty: none.
  const std::string& cursor_of(std::uint32_t index) const;

  /// The head of a response is coming: what is in front of it in time may be a replay.
  void note_head(std::uint32_t index);
  /// The head is complete. False: the stream is over.
  bool take_head(std::uint32_t index);
  /// Bytes of a response, read at now_ns_. False: the stream is over.
  bool take_bytes(std::uint32_t index, std::string_view bytes);
  /// The stream has ended otherwise than by our wish.
  void end(std::uint32_t index, const std::string& why);

  const Options& options_;
  SSL_CTX* context_;
  std::uint64_t now_ns_ = 0;  // when the bytes being parsed were read

 private:
  bool is_judged(std::uint32_t index) const {
    return !subscribers_[index].stalls && (sent_ == nullptr || subscribers_[index].joined);
  }
  void run();
  void open_more();
  void let_some_leave();
  void leave(std::uint32_t index);

  struct Return {
    std::uint64_t at_ns;
    std::uint32_t index;
  };

  const SentCounts* sent_;
  std::vector<Subscriber> subscribers_;
  Ledger ledger_;
  std::uint32_t opened_ = 0;
  std::uint32_t pending_ = 0;
  std::uint32_t next_to_leave_ = 0;
  std::uint64_t left_ = 0;
  std::uint64_t start_ns_ = 0;
  std::deque<Return> away_;
  std::uint64_t wire_bytes_ = 0;
  std::uint64_t reads_ = 0;
  std::uint64_t closed_ = 0;
  std::string failure_;
  LiveHistogram head_latency_;
  LiveHistogram replay_time_;
  std::atomic<std::uint64_t> ready_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> connected_{0};
  std::atomic<std::uint64_t> heads_{0};
  std::atomic<std::uint64_t> returns_{0};
  std::atomic<std::uint64_t> last_delivery_ns_{0};
  std::atomic<bool> calm_{false};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace cinnabar::load
