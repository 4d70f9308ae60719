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
#include "load/options.h"
#include "load/sent_counts.h"
#include "load/wire.h"

namespace cinnabar::load {

/// Publishers, each a closed loop: the next update goes out once the one before has been acknowledged. With a
/// rate, updates start at fixed times, by whichever publisher is free. How bytes travel is the business of
/// H1Publishers and H2Publishers.
///
/// Threads: one of its own between start() and join(); done(), total(), latency() and sent() from any; the
/// rest after join().
class Publishers {
 public:
  /// `context`: of TLS, null for none. Both outlive the object.
  static std::unique_ptr<Publishers> make(const Options& options, SSL_CTX* context);
  virtual ~Publishers() = default;
  Publishers(const Publishers&) = delete;
  Publishers& operator=(const Publishers&) = delete;

  /// Connects, so that the run begins with open connections. Blocks.
  virtual Result<void> connect() = 0;
  void start();
  /// No update goes out any more.
  void halt() { halted_.store(true, std::memory_order_release); }
  /// All updates have been answered, or it gave up.
  bool done() const { return done_.load(std::memory_order_acquire); }
  void join();

  const SentCounts& sent() const { return sent_counts_; }
  /// Acknowledged updates of all.
  std::uint64_t total() const { return total_.load(std::memory_order_acquire); }
  /// From the request to its acknowledgement.
  const LiveHistogram& latency() const { return latency_; }
  /// Acknowledged updates of each publisher: its sequence numbers 1 to this.
  const std::vector<std::uint32_t>& acknowledged() const { return acknowledged_; }
  double seconds() const { return seconds_; }
  /// Ids of the last acknowledged updates, the newest last.
  const std::deque<std::string>& last_ids() const { return last_ids_; }
  /// What went wrong; empty: nothing.
  const std::string& failure() const { return failure_; }

 protected:
  Publishers(const Options& options, SSL_CTX* context);

  /// Sends the next update of a publisher: calls next_body() for what. False: it cannot.
  virtual bool send(std::uint32_t publisher) = 0;
  /// Waits for answers, and calls acknowledge() or fail().
  virtual void poll(std::uint64_t timeout_ns) = 0;

  /// The form of a publisher's next update, stamped now; lives until the next call.
  std::string_view next_body(std::uint32_t publisher);
  void acknowledge(std::uint32_t publisher, int status, std::string body);
  void fail(std::string what);

  const Options& options_;
  SSL_CTX* context_;
  std::deque<std::uint32_t> idle_;

 private:
  /// A form that is built once, and where its stamp stands.
  struct Form {
    std::string text;
    std::size_t stamp = 0;
  };

  void run();
  bool may_send() const;
  /// When the next update is to be sent.
  std::uint64_t due_ns() const;
  void send_due();
  Form make_form(std::uint32_t topic) const;

  std::vector<Form> forms_;  // by topic; made when first used
  SentCounts sent_counts_;
  std::vector<std::uint64_t> sent_ns_;    // by publisher
  std::vector<std::uint32_t> sequences_;  // by publisher
  std::vector<std::uint32_t> acknowledged_;
  std::deque<std::string> last_ids_;
  LiveHistogram latency_;
  std::string failure_;
  std::uint64_t sent_ = 0;
  std::uint64_t start_ns_ = 0;
  double seconds_ = 0;
  std::atomic<std::uint64_t> total_{0};
  std::atomic<bool> halted_{false};
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace cinnabar::load
