// SPDX-License-Identifier: Apache-2.0
#include "load/ledger.h"

#include <algorithm>
#include <set>

#include "load/payload.h"

namespace cinnabar::load {

std::uint64_t updates_of_topic(std::uint32_t sequence, std::uint32_t topic, std::uint32_t topics) {
  return sequence > topic ? (sequence - topic - 1) / topics + 1 : 0;
}

Ledger::Ledger(const Options& options, std::size_t subscribers)
    : options_(options),
      publishers_(std::max(options.publishers, 1U)),
      accounts_(subscribers),
      last_(subscribers * publishers_, 0),
      begins_anywhere_(options.publishers == 0 && !options.last_event_id.empty() &&
                       options.last_event_id != "earliest") {}

void Ledger::excuse(Account& account, std::int64_t count) {
  account.excused += count;
  excused_.store(excused_.load(std::memory_order_relaxed) + count, std::memory_order_release);
}

void Ledger::join(std::uint32_t subscriber, const SentCounts& sent) {
  joined_late_ = true;
  Account& account = accounts_[subscriber];
  for (std::uint32_t publisher = 0; publisher < publishers_; ++publisher) {
    const std::uint32_t before = publisher < sent.publishers() ? sent.of(publisher) : 0;
    last_[std::size_t{subscriber} * publishers_ + publisher] = kJoined | before;
    excuse(account, static_cast<std::int64_t>(updates_of_topic(before, account.topic, options_.topic_count)));
  }
}

void Ledger::take(std::uint32_t subscriber, std::string_view data, std::uint64_t now_ns) {
  Account& account = accounts_[subscriber];
  deliveries_.store(++local_deliveries_, std::memory_order_release);
  ++account.received;
  Stamp stamp;
  if (!read_stamp(data, stamp) || stamp.publisher >= publishers_) {
    ++unreadable_;
    return;
  }
  // FNV-1a over the pair: equal hashes at the end mean an equal order.
  account.order ^= std::uint64_t{stamp.publisher} << 32 | stamp.sequence;
  account.order *= 0x100000001b3;
  std::uint32_t& last = last_[std::size_t{subscriber} * publishers_ + stamp.publisher];
  if ((last & kJoined) != 0) {
    // What came early is due after all; what follows the join must begin with the very next.
    const std::uint32_t topics = options_.topic_count;
    const std::uint64_t at_join = updates_of_topic(last & ~kJoined, account.topic, topics);
    const std::uint64_t before = updates_of_topic(stamp.sequence - 1, account.topic, topics);
    if (before < at_join) {
      excuse(account, -static_cast<std::int64_t>(at_join - before));
    } else {
      lost_.fetch_add(before - at_join, std::memory_order_relaxed);
    }
  } else {
    if (last == 0 && begins_anywhere_) last = stamp.sequence - options_.topic_count;
    const std::uint32_t next = last == 0 ? account.topic + 1 : last + options_.topic_count;
    if (stamp.sequence < next) {
      repeated_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    if (stamp.sequence != next) {
      lost_.fetch_add((stamp.sequence - next) / options_.topic_count, std::memory_order_relaxed);
    }
  }
  last = stamp.sequence;
  if (stamp.sequence > options_.warmup && stamp.sent_ns >= account.live_ns)
    latency_.add(now_ns > stamp.sent_ns ? now_ns - stamp.sent_ns : 0);
}

LedgerReport Ledger::totals() const {
  LedgerReport report;
  report.deliveries = local_deliveries_;
  report.lost = lost();
  report.repeated = repeated();
  report.unreadable = unreadable_;
  return report;
}

void Ledger::judge(const std::vector<std::uint64_t>& due, const std::vector<bool>& judged,
                   LedgerReport& report) const {
  std::vector<std::set<std::uint64_t>> orders(options_.topic_count);
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    const Account& account = accounts_[i];
    if (!judged[i]) continue;
    const auto wanted = static_cast<std::int64_t>(due[account.topic]) - account.excused;
    const auto got = static_cast<std::int64_t>(account.received);
    if (got < wanted) {
      ++report.short_of;
      report.missing += static_cast<std::uint64_t>(wanted - got);
    }
    if (got > wanted) ++report.beyond;
    orders[account.topic].insert(account.order);
  }
  if (joined_late_) return;  // each has seen another part of the order
  for (const auto& seen : orders) report.orders = std::max<std::uint64_t>(report.orders, seen.size());
}

}  // namespace cinnabar::load
