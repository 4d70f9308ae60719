// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "load/histogram.h"
#include "load/ledger.h"

namespace cinnabar::load {

/// One point of the run's series.
struct Sample {
  double at = 0;       ///< seconds from the run's start
  double seconds = 0;  ///< that it covers
  std::uint64_t subscribers = 0;
  std::uint64_t published = 0;   ///< within it
  std::uint64_t deliveries = 0;  ///< within it
  std::uint64_t heads = 0;       ///< streams opened within it
  std::uint64_t p99_ns = 0;      ///< of the deliveries within it
  std::uint64_t cpu_ns = 0;      ///< of the hub, within it
  std::uint64_t rss_kib = 0;     ///< of the hub, at its end
};

/// All that a run has measured. Durations in seconds or nanoseconds, memory in KiB; what was read of the
/// hub's process is 0 without --pid.
struct Outcome {
  std::string problem;  ///< what went wrong; empty: nothing
  bool interrupted = false;

  double ramp_seconds = 0;
  double hold_seconds = 0;
  std::uint64_t ready = 0;  ///< subscribers that got their head
  std::uint64_t heads = 0;  ///< streams that did: more, when subscribers return
  std::uint64_t returns = 0;
  Histogram head_latency;

  std::uint64_t published = 0;
  double publish_seconds = 0;
  Histogram publish_latency;
  std::deque<std::string> last_ids;

  bool loaded = false;  ///< it got as far as publishing and delivering
  std::uint64_t due = 0;
  double load_seconds = 0;  ///< from the first publish to the last delivery
  LedgerReport ledger;
  std::uint64_t closed = 0;  ///< streams that the hub ended
  std::uint64_t wire_bytes = 0;
  std::uint64_t reads = 0;  ///< that brought deliveries
  Histogram latency;
  Histogram replay_time;

  bool has_hub = false;  ///< with --pid
  std::uint64_t ramp_cpu_ns = 0;
  std::uint64_t hold_cpu_ns = 0;
  std::uint64_t load_cpu_ns = 0;
  std::uint64_t rss_start_kib = 0;
  std::uint64_t rss_ready_kib = 0;
  std::uint64_t rss_before_kib = 0;
  std::uint64_t rss_published_kib = 0;
  std::uint64_t rss_end_kib = 0;
  std::uint64_t rss_max_kib = 0;
  std::uint64_t sockets_ready = 0;
  std::uint64_t sockets_end = 0;

  std::vector<Sample> series;

  double publishes_per_second() const {
    return publish_seconds > 0 ? static_cast<double>(published) / publish_seconds : 0;
  }
  double deliveries_per_second() const {
    return load_seconds > 0 ? static_cast<double>(ledger.deliveries) / load_seconds : 0;
  }
  double heads_per_second() const { return ramp_seconds > 0 ? static_cast<double>(heads) / ramp_seconds : 0; }
};

}  // namespace cinnabar::load
