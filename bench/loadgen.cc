// SPDX-License-Identifier: Apache-2.0
// Subscribes, publishes, measures, prints one JSON object. See bench/README.md for its members.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/json_object.h"
#include "bench/options.h"
#include "bench/payload.h"
#include "bench/process.h"
#include "bench/publishers.h"
#include "bench/resume.h"
#include "bench/subscribers.h"

namespace cinnabar::bench {
namespace {

using std::chrono::milliseconds;

// For events that should not come at all: repeats, or more than was published.
constexpr milliseconds kGrace{300};
// For the hub to come to rest, so that the kernel has accounted its last time slice.
constexpr milliseconds kSettle{10};
// For the hub to have sent what it can, and to have given up the rest for now.
constexpr milliseconds kAfterFill{500};

/// One run: the ramp, the load, the end, the figures. Lives in main's thread.
class Run {
 public:
  explicit Run(const Options& options) : options_(options), hub_(options.pid), publishers_(options) {
    for (std::uint32_t i = 0; i < options.threads; ++i) {
      pools_.push_back(std::make_unique<Subscribers>(options, i));
    }
  }

  /// Exit code.
  int operator()() {
    result_.add("rss_start_kib", hub_.rss_kib());
    const std::uint64_t ramp_start = now_ns();
    const std::uint64_t ramp_cpu = hub_.cpu_ns();
    for (auto& pool : pools_) pool->start();
    const bool all_ready = wait_until([&] { return ready() + failed() >= options_.subscribers; });
    result_.add("ramp_seconds", static_cast<double>(now_ns() - ramp_start) / 1e9);
    std::this_thread::sleep_for(std::chrono::duration<double>(options_.hold));
    result_.add("ramp_cpu_ns", hub_.cpu_ns() - ramp_cpu);
    result_.add("rss_ready_kib", hub_.rss_kib());
    result_.add("sockets_ready", hub_.open_sockets());
    result_.add("ready", ready());
    if (!all_ready || failed() != 0) problem_ = "not all subscribers got their head";
    if (problem_.empty()) load();
    finish();
    return problem_.empty() ? 0 : 1;
  }

 private:
  void load() {
    if (const auto connected = publishers_.connect(); !connected) {
      problem_ = connected.error().detail;
      return;
    }
    std::this_thread::sleep_for(kSettle);
    const std::uint64_t rss_before = hub_.rss_kib();
    if (options_.fill > 0 && !fill()) return;
    const std::uint64_t cpu_before = hub_.cpu_ns();
    const std::uint64_t start = now_ns();
    publishers_.start();
    // Replays and other publishers' events have no end of publishing to wait for.
    bool complete = wait_until([&] { return publishers_.done(); }, options_.duration + 600);
    publishers_.join();
    const std::uint64_t rss_published = hub_.rss_kib();
    const std::uint64_t due = due_in_all();
    complete = wait_until([&] { return delivered() >= due; }) && complete;
    std::this_thread::sleep_for(kSettle);
    const std::uint64_t cpu = hub_.cpu_ns() - cpu_before;
    const std::uint64_t last = last_delivery_ns();

    result_.add("published", publishers_.total());
    result_.add("publish_seconds", publishers_.seconds());
    result_.add("publishes_per_second", publishers_.seconds() > 0
                                            ? static_cast<double>(publishers_.total()) / publishers_.seconds()
                                            : 0);
    result_.add("publish_p50_ns", publishers_.latency().quantile(0.5));
    result_.add("publish_p99_ns", publishers_.latency().quantile(0.99));
    result_.add_list("last_ids", publishers_.last_ids());
    result_.add("due", due);
    result_.add("cpu_ns", cpu);
    result_.add("cpu_ns_per_delivery", due > 0 ? static_cast<double>(cpu) / static_cast<double>(due) : 0);
    result_.add("load_seconds", last > start ? static_cast<double>(last - start) / 1e9 : 0);
    result_.add("rss_before_kib", rss_before);
    result_.add("rss_published_kib", rss_published);
    result_.add("rss_end_kib", hub_.rss_kib());
    result_.add("rss_max_kib", std::max(rss_max_, hub_.rss_kib()));
    result_.add("sockets_end", hub_.open_sockets());
    if (!complete) problem_ = "not all events arrived in time";
    if (!publishers_.failure().empty()) problem_ = publishers_.failure();
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
    Publishers filler(options);
    if (const auto connected = filler.connect(); !connected) {
      problem_ = connected.error().detail;
      return false;
    }
    filler.start();
    filler.join();
    problem_ = filler.failure();
    std::this_thread::sleep_for(kAfterFill);
    return problem_.empty();
  }

  void finish() {
    for (auto& pool : pools_) pool->stop();
    SubscriberReport all;
    for (const auto& pool : pools_) {
      const SubscriberReport part = pool->report(due_by_topic());
      all.deliveries += part.deliveries;
      all.wire_bytes += part.wire_bytes;
      all.reads += part.reads;
      all.lost += part.lost;
      all.repeated += part.repeated;
      all.unreadable += part.unreadable;
      all.closed += part.closed;
      all.short_of += part.short_of;
      all.beyond += part.beyond;
      all.orders = std::max(all.orders, part.orders);
      all.latency.merge(part.latency);
      if (problem_.empty() && part.closed != 0) problem_ = pool->failure();
    }
    result_.add("deliveries", all.deliveries);
    result_.add(
        "bytes_per_delivery",
        all.deliveries > 0 ? static_cast<double>(all.wire_bytes) / static_cast<double>(all.deliveries) : 0);
    result_.add("events_per_read",
                all.reads > 0 ? static_cast<double>(all.deliveries) / static_cast<double>(all.reads) : 0);
    result_.add("lost", all.lost);
    result_.add("repeated", all.repeated);
    result_.add("unreadable", all.unreadable);
    result_.add("closed", all.closed);
    result_.add("subscribers_short", all.short_of);
    result_.add("subscribers_beyond", all.beyond);
    result_.add("orders", all.orders);
    result_.add("latency_p50_ns", all.latency.quantile(0.5));
    result_.add("latency_p99_ns", all.latency.quantile(0.99));
    result_.add("latency_max_ns", all.latency.quantile(1));
    if (problem_.empty() && (all.lost + all.repeated + all.unreadable + all.short_of + all.beyond) != 0) {
      problem_ = "events were lost, repeated or out of order";
    }
    if (problem_.empty() && all.orders > 1) problem_ = "subscribers saw different orders";
    for (const auto& pool : pools_) {
      if (pool->failed() != 0) problem_ += ": " + pool->failure();
    }
    result_.add("problem", problem_);
    result_.print(stdout);
  }

  /// What each reader of topic k must get, k counting from 0.
  std::vector<std::uint64_t> due_by_topic() const {
    std::vector<std::uint64_t> due(options_.topic_count, options_.expect);
    for (const std::uint32_t acknowledged : publishers_.acknowledged()) {
      for (std::uint32_t topic = 0; topic < options_.topic_count && topic < acknowledged; ++topic) {
        due[topic] += (acknowledged - topic - 1) / options_.topic_count + 1;
      }
    }
    return due;
  }

  std::uint64_t due_in_all() const {
    const auto due = due_by_topic();
    std::uint64_t sum = 0;
    for (std::uint32_t topic = 0; topic < options_.topic_count; ++topic) {
      for (const auto& pool : pools_) sum += due[topic] * pool->readers_of(topic);
    }
    return sum;
  }

  template <class Condition>
  bool wait_until(Condition&& condition, double seconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    for (unsigned round = 0; !condition(); ++round) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(milliseconds(2));
      if (round % 50 == 0) rss_max_ = std::max(rss_max_, hub_.rss_kib());
    }
    return true;
  }
  template <class Condition>
  bool wait_until(Condition&& condition) {
    return wait_until(condition, options_.timeout);
  }

  std::uint64_t ready() const { return sum(&Subscribers::ready); }
  std::uint64_t failed() const { return sum(&Subscribers::failed); }
  std::uint64_t delivered() const { return sum(&Subscribers::delivered); }
  std::uint64_t sum(std::uint64_t (Subscribers::*count)() const) const {
    std::uint64_t total = 0;
    for (const auto& pool : pools_) total += ((*pool).*count)();
    return total;
  }
  std::uint64_t last_delivery_ns() const {
    std::uint64_t last = 0;
    for (const auto& pool : pools_) last = std::max(last, pool->last_delivery_ns());
    return last;
  }

  const Options& options_;
  ProcessMeter hub_;
  Publishers publishers_;
  std::vector<std::unique_ptr<Subscribers>> pools_;
  std::uint64_t rss_max_ = 0;
  std::string problem_;
  JsonObject result_;
};

int run_resumes(const Options& options) {
  const auto cost = measure_resumes(options, ProcessMeter(options.pid));
  JsonObject result;
  if (cost) {
    result.add("resumes", cost->resumes);
    result.add("cpu_median_ns", cost->median_ns);
    result.add("cpu_mean_ns", cost->mean_ns);
    result.add("cpu_p99_ns", cost->p99_ns);
    result.add("resumed_after", cost->resumed_after);
  }
  result.add("problem", cost ? "" : cost.error().detail);
  result.print(stdout);
  return cost ? 0 : 1;
}

}  // namespace
}  // namespace cinnabar::bench

int main(int argc, char** argv) {
  namespace bench = cinnabar::bench;
  const auto options = bench::parse_options(argc, argv);
  if (!options) {
    std::fprintf(stderr, "cinnabar_loadgen: %s\n\n%s", options.error().detail.c_str(), bench::usage());
    return 2;
  }
  if (options->pid != 0 && !bench::ProcessMeter(options->pid).valid()) {
    std::fprintf(stderr, "cinnabar_loadgen: there is no process %d to measure\n", options->pid);
    return 2;
  }
  if (options->resumes > 0) return bench::run_resumes(*options);
  return bench::Run(*options)();
}
