// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "bench/histogram.h"
#include "bench/options.h"
#include "bench/stream_reader.h"
#include "bench/wire.h"

namespace cinnabar::bench {

/// What a pool of subscribers has seen.
struct SubscriberReport {
  std::uint64_t deliveries = 0;
  std::uint64_t wire_bytes = 0;  ///< of response bodies with their framing, without heads
  std::uint64_t reads = 0;       ///< that brought deliveries; with TLS each is one record
  std::uint64_t lost = 0;        ///< sequence numbers that were skipped
  std::uint64_t repeated = 0;    ///< that came again, or late
  std::uint64_t unreadable = 0;  ///< data lines without a stamp
  std::uint64_t closed = 0;      ///< streams that ended before stop(), stalled ones apart
  std::uint64_t short_of = 0;    ///< subscribers with fewer events than were due
  std::uint64_t beyond = 0;      ///< with more
  std::uint64_t orders = 0;      ///< different orders seen by subscribers of the same topic; 1 is right
  Histogram latency;
};

/// Event-stream subscribers of one thread: opens them with bounded concurrency, reads, checks.
///
/// Each subscriber checks that each publisher's sequence numbers come without hole or repeat,
/// and keeps a hash of the order in which events came, to compare with its peers'.
///
/// Threads: one of its own between start() and stop(); the counters can be read from any.
class Subscribers {
 public:
  /// Takes the subscribers whose number is `first` modulo options.threads.
  Subscribers(const Options& options, std::uint32_t first);

  void start();
  void stop();

  std::uint64_t ready() const { return ready_.load(std::memory_order_acquire); }
  std::uint64_t failed() const { return failed_.load(std::memory_order_acquire); }
  std::uint64_t delivered() const { return delivered_.load(std::memory_order_acquire); }
  /// When the last delivery came, CLOCK_MONOTONIC.
  std::uint64_t last_delivery_ns() const { return last_delivery_ns_.load(std::memory_order_acquire); }

  /// Those that read, of topic `topic` (all when there is one topic).
  std::uint64_t readers_of(std::uint32_t topic) const;
  /// After stop(). `due`: events that each reader of topic k must have.
  SubscriberReport report(const std::vector<std::uint64_t>& due) const;
  /// After stop(): why the first failed one failed.
  const std::string& failure() const { return failure_; }

 private:
  enum class State : unsigned char { kConnecting, kHead, kStreaming, kStalled, kClosed };
  struct Subscriber {
    Wire wire;
    StreamReader reader;
    State state = State::kConnecting;
    bool stalls = false;
    std::uint32_t topic = 0;
    std::uint64_t received = 0;
    std::uint64_t order = 0;
  };

  void run();
  void open_more();
  void open(std::uint32_t index);
  void on_ready(std::uint32_t index, std::uint32_t events);
  void go_on_connecting(std::uint32_t index);
  void read(std::uint32_t index);
  void take(std::uint32_t index, std::string_view data);
  void end(std::uint32_t index, const char* why);
  void watch(std::uint32_t index, std::uint32_t events, int operation);
  std::string request_of(const Subscriber& subscriber) const;

  const Options& options_;
  SslContext context_;
  std::vector<Subscriber> subscribers_;
  std::vector<std::uint32_t> last_;  // sequence, by subscriber and publisher
  std::uint32_t publishers_;
  std::vector<char> buffer_;
  int epoll_ = -1;
  std::uint32_t opened_ = 0;
  std::uint32_t pending_ = 0;
  std::uint64_t now_ns_ = 0;  // when the bytes being parsed were read
  std::uint64_t local_deliveries_ = 0;
  SubscriberReport counts_;
  std::string failure_;
  std::atomic<std::uint64_t> ready_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> delivered_{0};
  std::atomic<std::uint64_t> last_delivery_ns_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace cinnabar::bench
