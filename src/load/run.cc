// SPDX-License-Identifier: Apache-2.0
#include "load/run.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "load/monitor.h"
#include "load/payload.h"
#include "load/process.h"
#include "load/publishers.h"
#include "load/subscribers.h"

namespace cinnabar::load {
namespace {

using std::chrono::milliseconds;

// For events that should not come at all: repeats, or more than was published.
constexpr milliseconds kGrace{300};
// For the hub to come to rest, so that the kernel has accounted its last time slice.
constexpr milliseconds kSettle{10};
// For the hub to have sent what it can, and to have given up the rest for now.
constexpr milliseconds kAfterFill{500};
// What publishing may take at most beyond its --duration.
constexpr double kPublishTimeout = 600;
// After an interrupt, how long what is under way may take to arrive.
constexpr double kStopTimeout = 2;

/// One run: the ramp, the load, the end. Lives in the thread that waits for it.
class Run {
 public:
  Run(const Options& options, SSL_CTX* context, const std::atomic<bool>& stop, std::FILE* progress)
      : options_(options),
        context_(context),
        stop_(stop),
        hub_(options.pid),
        publishers_(Publishers::make(options, context)),
        monitor_(
            progress, options.subscribers, hub_, [this] { return counters(); },
            [this](Histogram& to) {
              for (const auto& pool : pools_) pool->ledger().latency().add_to(to);
            }) {
    result_.has_hub = hub_.valid();
    result_.rss_start_kib = hub_.rss_kib();
  }

  Outcome operator()() {
    switch (options_.scenario) {
      case Scenario::kReplay: replay(); break;
      case Scenario::kConnect: connect(); break;
      case Scenario::kMixed: mix(); break;
      default:
        ramp();
        if (result_.problem.empty() && !stop_ && options_.scenario != Scenario::kIdle) load();
    }
    finish();
    return std::move(result_);
  }

 private:
  void open_pools(bool join_late) {
    const SentCounts* sent = join_late ? &publishers_->sent() : nullptr;
    for (std::uint32_t i = 0; i < options_.threads; ++i) {
      pools_.push_back(Subscribers::make(options_, context_, i, sent));
    }
    ramp_start_ns_ = now_ns();
    ramp_cpu_ns_ = hub_.cpu_ns();
    for (auto& pool : pools_) pool->start();
  }

  /// Opens the subscribers, and waits until all have their head.
  void ramp() {
    open_pools(options_.churn > 0 || options_.ramp_time > 0);
    const bool all = wait_until([&] { return ready() + failed() >= options_.subscribers; },
                                options_.timeout + options_.ramp_time);
    note_ramp();
    if (!all || failed() != 0) blame_ramp();
    if (options_.hold > 0 && result_.problem.empty()) {
      const std::uint64_t cpu = hub_.cpu_ns();
      const std::uint64_t start = now_ns();
      wait_until([] { return false; }, options_.hold);
      result_.hold_seconds = static_cast<double>(now_ns() - start) / 1e9;
      result_.hold_cpu_ns = hub_.cpu_ns() - cpu;
      result_.ramp_cpu_ns += result_.hold_cpu_ns;
    }
    result_.rss_ready_kib = hub_.rss_kib();
    result_.sockets_ready = hub_.open_sockets();
    result_.ready = ready();
  }

  void note_ramp() {
    result_.ramp_seconds = static_cast<double>(now_ns() - ramp_start_ns_) / 1e9;
    result_.ramp_cpu_ns = hub_.cpu_ns() - ramp_cpu_ns_;
  }

  void blame_ramp() {
    if (stop_) return;
    result_.problem = "not all subscribers got their head";
    if (failed() == 0 && options_.http2) {
      result_.problem += "; does the hub allow --streams-per-connection " +
                         std::to_string(options_.streams_per_connection) + "?";
    }
  }

  bool connect_publishers() {
    const auto connected = publishers_->connect();
    if (!connected) result_.problem = connected.error().detail;
    return connected.ok();
  }

  void load() {
    if (!connect_publishers()) return;
    std::this_thread::sleep_for(kSettle);
    result_.rss_before_kib = hub_.rss_kib();
    if (options_.fill > 0 && !fill()) return;
    const std::uint64_t cpu_before = hub_.cpu_ns();
    const std::uint64_t start = now_ns();
    publishers_->start();
    const bool published = publish();
    await_deliveries(published, start, cpu_before);
  }

  bool publish() {
    const bool published =
        wait_until([&] { return publishers_->done(); }, options_.duration + kPublishTimeout);
    publishers_->halt();
    publishers_->join();
    return published || stop_;
  }

  void await_deliveries(bool published, std::uint64_t start, std::uint64_t cpu_before) {
    result_.rss_published_kib = hub_.rss_kib();
    for (const auto& pool : pools_) pool->calm();
    const std::int64_t due = due_in_all(false);
    const bool complete =
        wait_until([&] { return static_cast<std::int64_t>(delivered()) >= due - excused(); },
                   stop_ ? kStopTimeout : options_.timeout, false);
    std::this_thread::sleep_for(kSettle);
    const std::uint64_t last = last_delivery_ns();
    result_.loaded = true;
    result_.load_cpu_ns = hub_.cpu_ns() - cpu_before;
    result_.load_seconds = last > start ? static_cast<double>(last - start) / 1e9 : 0;
    result_.rss_end_kib = hub_.rss_kib();
    result_.sockets_end = hub_.open_sockets();
    if ((!complete || !published) && !stop_) result_.problem = "not all events arrived in time";
    if (!publishers_->failure().empty()) result_.problem = publishers_->failure();
    std::this_thread::sleep_for(kGrace);
  }

  bool fill() {
    constexpr std::size_t kPiece = 100'000;
    Options options = options_;
    options.publishes_fill = true;
    options.publishers = 1;
    options.size = kPiece;
    options.events = options_.fill / kPiece + 1;
    options.topic_count = 1;
    options.rate = 200;
    options.duration = 0;
    const auto filler = Publishers::make(options, context_);
    if (const auto connected = filler->connect(); !connected) {
      result_.problem = connected.error().detail;
      return false;
    }
    filler->start();
    filler->join();
    result_.problem = filler->failure();
    std::this_thread::sleep_for(kAfterFill);
    return result_.problem.empty();
  }

  /// First the history, then those who read it.
  void replay() {
    if (!connect_publishers()) return;
    publishers_->start();
    publish();
    result_.problem = publishers_->failure();
    if (!result_.problem.empty() || stop_) return;
    // As if they expected it of others: they know how much, and where it begins.
    replayed_ = options_;
    replayed_.expect = publishers_->total();
    std::this_thread::sleep_for(kSettle);
    const std::uint64_t cpu_before = hub_.cpu_ns();
    const std::uint64_t start = now_ns();
    for (std::uint32_t i = 0; i < options_.threads; ++i) {
      pools_.push_back(Subscribers::make(replayed_, context_, i, nullptr));
    }
    ramp_start_ns_ = start;
    ramp_cpu_ns_ = cpu_before;
    for (auto& pool : pools_) pool->start();
    const bool all = wait_until([&] { return ready() + failed() >= options_.subscribers; }, options_.timeout);
    note_ramp();
    result_.ready = ready();
    if (!all || failed() != 0) blame_ramp();
    await_deliveries(true, start, cpu_before);
  }

  /// Opens and closes for options.duration.
  void connect() {
    open_pools(false);
    wait_until([&] { return failed() != 0; }, options_.duration);
    for (const auto& pool : pools_) pool->calm();
    note_ramp();
    result_.rss_end_kib = hub_.rss_kib();
    result_.ready = heads();
    if (failed() != 0) result_.problem = "a subscriber could not be opened";
    if (result_.problem.empty() && heads() == 0) result_.problem = "no subscriber got its head";
  }

  /// Publishers are at work from the first subscriber on.
  void mix() {
    if (!connect_publishers()) return;
    result_.rss_before_kib = hub_.rss_kib();
    const std::uint64_t cpu_before = hub_.cpu_ns();
    const std::uint64_t start = now_ns();
    open_pools(true);
    publishers_->start();
    const bool published = publish();
    // Who came last needs its head before it can be owed anything.
    const bool all = wait_until(
        [&] { return !publishers_->failure().empty() || ready() + failed() >= options_.subscribers; },
        options_.timeout + options_.ramp_time);
    result_.ramp_seconds = std::min(options_.ramp_time, static_cast<double>(now_ns() - start) / 1e9);
    result_.ready = ready();
    if (!all || failed() != 0) blame_ramp();
    const std::string problem = result_.problem;
    await_deliveries(published, start, cpu_before);
    if (!problem.empty()) result_.problem = problem;
  }

  void finish() {
    monitor_.finish();
    for (auto& pool : pools_) pool->stop();
    result_.interrupted = stop_;
    const std::vector<std::uint64_t> due = due_by_topic();
    result_.due = static_cast<std::uint64_t>(std::max<std::int64_t>(due_in_all(true) - excused(), 0));
    for (const auto& pool : pools_) {
      const LedgerReport part = pool->report(due);
      LedgerReport& all = result_.ledger;
      all.deliveries += part.deliveries;
      all.lost += part.lost;
      all.missing += part.missing;
      all.repeated += part.repeated;
      all.unreadable += part.unreadable;
      all.short_of += part.short_of;
      all.beyond += part.beyond;
      all.orders = std::max(all.orders, part.orders);
      result_.closed += pool->closed();
      result_.wire_bytes += pool->wire_bytes();
      result_.reads += pool->reads();
      pool->ledger().latency().add_to(result_.latency);
      pool->head_latency().add_to(result_.head_latency);
      pool->replay_time().add_to(result_.replay_time);
      if (result_.problem.empty() && pool->closed() != 0) result_.problem = pool->failure();
    }
    result_.heads = heads();
    result_.returns = sum(&Subscribers::returns);
    result_.published = publishers_->total();
    result_.publish_seconds = publishers_->seconds();
    publishers_->latency().add_to(result_.publish_latency);
    result_.last_ids = publishers_->last_ids();
    result_.series = monitor_.series();
    result_.rss_max_kib = std::max(monitor_.rss_max_kib(), hub_.rss_kib());
    judge();
  }

  void judge() {
    const LedgerReport& seen = result_.ledger;
    std::string& problem = result_.problem;
    std::uint64_t wrong = seen.lost + seen.repeated + seen.unreadable;
    if (!result_.interrupted) wrong += seen.short_of + seen.beyond;  // else some are still under way
    if (problem.empty() && result_.loaded && wrong != 0) {
      problem = "events were lost, repeated or out of order";
    }
    if (problem.empty() && !result_.interrupted && seen.orders > 1)
      problem = "subscribers saw different orders";
    for (const auto& pool : pools_) {
      if (pool->failed() != 0 && !problem.empty() && problem.find(pool->failure()) == std::string::npos) {
        problem += ": " + pool->failure();
      }
    }
  }

  /// What each reader of topic k must get, k counting from 0, if it was there from the beginning.
  std::vector<std::uint64_t> due_by_topic() const {
    std::vector<std::uint64_t> due(options_.topic_count, options_.expect);
    for (const std::uint32_t acknowledged : publishers_->acknowledged()) {
      for (std::uint32_t topic = 0; topic < options_.topic_count; ++topic) {
        due[topic] += updates_of_topic(acknowledged, topic, options_.topic_count);
      }
    }
    return due;
  }

  /// `stopped`: the pools have stopped, and say who had joined at all.
  std::int64_t due_in_all(bool stopped) const {
    const auto due = due_by_topic();
    std::int64_t sum = 0;
    for (const auto& pool : pools_) sum += static_cast<std::int64_t>(pool->owed(due, stopped));
    return sum;
  }
  std::int64_t excused() const {
    std::int64_t sum = 0;
    for (const auto& pool : pools_) sum += pool->ledger().excused();
    return sum;
  }

  /// False when the time is over, or after a stop (unless `stoppable` is false).
  template <class Condition>
  bool wait_until(Condition&& condition, double seconds, bool stoppable = true) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (!condition()) {
      if ((stoppable && stop_) || std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(milliseconds(2));
      monitor_.look();
    }
    return true;
  }

  Counters counters() const {
    Counters now;
    for (const auto& pool : pools_) {
      now.subscribers += pool->connected();
      now.heads += pool->heads();
      now.deliveries += pool->ledger().deliveries();
      now.lost += pool->ledger().lost();
    }
    now.published = publishers_->total();
    return now;
  }

  std::uint64_t ready() const { return sum(&Subscribers::ready); }
  std::uint64_t failed() const { return sum(&Subscribers::failed); }
  std::uint64_t heads() const { return sum(&Subscribers::heads); }
  std::uint64_t sum(std::uint64_t (Subscribers::*count)() const) const {
    std::uint64_t total = 0;
    for (const auto& pool : pools_) total += ((*pool).*count)();
    return total;
  }
  std::uint64_t delivered() const { return counters().deliveries; }
  std::uint64_t last_delivery_ns() const {
    std::uint64_t last = 0;
    for (const auto& pool : pools_) last = std::max(last, pool->last_delivery_ns());
    return last;
  }

  const Options& options_;
  Options replayed_;
  SSL_CTX* context_;
  const std::atomic<bool>& stop_;
  ProcessMeter hub_;
  std::unique_ptr<Publishers> publishers_;
  std::vector<std::unique_ptr<Subscribers>> pools_;
  Monitor monitor_;
  std::uint64_t ramp_start_ns_ = 0;
  std::uint64_t ramp_cpu_ns_ = 0;
  Outcome result_;
};

}  // namespace

Outcome run_load(const Options& options, SSL_CTX* context, const std::atomic<bool>& stop,
                 std::FILE* progress) {
  return Run(options, context, stop, progress)();
}

}  // namespace cinnabar::load
