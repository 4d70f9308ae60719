// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "load/histogram.h"
#include "load/options.h"
#include "load/sent_counts.h"

namespace cinnabar::load {

/// How many of a publisher's first `sequence` updates go to topic `topic` (from 0), when it goes round
/// `topics` of them.
std::uint64_t updates_of_topic(std::uint32_t sequence, std::uint32_t topic, std::uint32_t topics);

/// What a pool of subscribers has seen.
struct LedgerReport {
  std::uint64_t deliveries = 0;
  std::uint64_t lost = 0;        ///< sequence numbers that were skipped
  std::uint64_t missing = 0;     ///< events that were due and did not come, the skipped ones included
  std::uint64_t repeated = 0;    ///< that came again, or late
  std::uint64_t unreadable = 0;  ///< data lines without a stamp
  std::uint64_t short_of = 0;    ///< subscribers with fewer events than were due
  std::uint64_t beyond = 0;      ///< with more
  std::uint64_t orders = 0;      ///< different orders seen by subscribers of the same topic; 1 is right
};

/// The books of a pool of subscribers: checks that each publisher's sequence numbers come to each
/// subscriber without hole or repeat, and keeps a hash of the order in which events came, to compare with
/// its peers'. Threads: one writes; lost(), repeated(), deliveries(), excused() and latency() from any.
class Ledger {
 public:
  Ledger(const Options& options, std::size_t subscribers);

  void set_topic(std::uint32_t subscriber, std::uint32_t topic) { accounts_[subscriber].topic = topic; }
  std::uint32_t topic(std::uint32_t subscriber) const { return accounts_[subscriber].topic; }

  /// The subscriber joins while publishers are at work: what they had sent so far may come or not.
  void join(std::uint32_t subscriber, const SentCounts& sent);
  /// From now on it is live: what was sent before counts in no latency, since it may be a replay.
  void set_live(std::uint32_t subscriber, std::uint64_t now_ns) { accounts_[subscriber].live_ns = now_ns; }
  /// A data line has come. `now_ns`: when it was read.
  void take(std::uint32_t subscriber, std::string_view data, std::uint64_t now_ns);

  std::uint64_t received(std::uint32_t subscriber) const { return accounts_[subscriber].received; }
  std::uint64_t deliveries() const { return deliveries_.load(std::memory_order_acquire); }
  std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }
  std::uint64_t repeated() const { return repeated_.load(std::memory_order_relaxed); }
  /// Of all events published, how many those who joined late need not have.
  std::int64_t excused() const { return excused_.load(std::memory_order_acquire); }
  const LiveHistogram& latency() const { return latency_; }

  /// `due`: events that each subscriber of topic k must have. `counts(i)`: subscriber i is one to judge.
  template <class Counts>
  LedgerReport report(const std::vector<std::uint64_t>& due, Counts&& counts) const {
    LedgerReport report = totals();
    std::vector<bool> judged(accounts_.size());
    for (std::uint32_t i = 0; i < accounts_.size(); ++i) judged[i] = counts(i);
    judge(due, judged, report);
    return report;
  }

 private:
  // In an entry of last_: nothing has come yet, and the rest is what the publisher had sent at the join.
  static constexpr std::uint32_t kJoined = 0x80000000;

  struct Account {
    std::uint32_t topic = 0;
    std::uint64_t received = 0;
    std::uint64_t order = 0;
    std::int64_t excused = 0;
    std::uint64_t live_ns = 0;
  };

  LedgerReport totals() const;
  void judge(const std::vector<std::uint64_t>& due, const std::vector<bool>& judged,
             LedgerReport& report) const;
  void excuse(Account& account, std::int64_t count);

  const Options& options_;
  std::uint32_t publishers_;
  std::vector<Account> accounts_;
  std::vector<std::uint32_t> last_;  // sequence, by subscriber and publisher
  bool joined_late_ = false;
  /// They resume somewhere in what another run has published: the first that comes is right.
  bool begins_anywhere_;
  std::uint64_t unreadable_ = 0;
  std::uint64_t local_deliveries_ = 0;
  std::atomic<std::uint64_t> deliveries_{0};
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<std::uint64_t> repeated_{0};
  std::atomic<std::int64_t> excused_{0};
  LiveHistogram latency_;
};

}  // namespace cinnabar::load
