// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <vector>

#include "load/histogram.h"
#include "load/outcome.h"
#include "load/process.h"

namespace cinnabar::load {

/// What the monitor looks at: counters since the run's start.
struct Counters {
  std::uint64_t subscribers = 0;  ///< connected now
  std::uint64_t heads = 0;
  std::uint64_t published = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t lost = 0;
};

/// Watches a run: a sample a second, and a line on a terminal that is rewritten each half second.
/// One thread, that of the run.
class Monitor {
 public:
  /// `line`: where the progress goes; null: nowhere. `subscribers`: how many there are to be.
  Monitor(std::FILE* line, std::uint64_t subscribers, const ProcessMeter& hub,
          std::function<Counters()> counters, std::function<void(Histogram&)> latency);

  /// To be called often; costs a look at the clock.
  void look();
  /// Takes the last, shorter sample, and ends the line.
  void finish();

  const std::vector<Sample>& series() const { return series_; }
  std::uint64_t rss_max_kib() const { return rss_max_kib_; }

 private:
  /// Where an interval began.
  struct Mark {
    std::uint64_t at_ns = 0;
    std::uint64_t cpu_ns = 0;
    Counters counters;
    Histogram latency;
  };

  Mark mark() const;
  Sample between(const Mark& from, const Mark& to) const;
  void print_line(const Sample& sample, std::uint64_t lost);

  std::FILE* line_;
  std::uint64_t subscribers_;
  const ProcessMeter& hub_;
  std::function<Counters()> counters_;
  std::function<void(Histogram&)> latency_;
  std::uint64_t start_ns_;
  Mark second_;  // where the sample of this second begins
  Mark half_;    // where that of the line begins
  std::vector<Sample> series_;
  std::uint64_t rss_max_kib_ = 0;
};

}  // namespace cinnabar::load
