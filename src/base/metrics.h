// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/clock.h"

// Figures that are written where things happen and read, now and then, by whoever reports them. Whoever owns
// a figure has it as a member; nothing is registered, looked up or locked. What is read of several figures
// need not be of the same instant.

namespace cinnabar {

/// Counts up, from any thread.
class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A count or a level that one thread writes, for about the price of a plain integer. Any thread reads it.
class Tally {
 public:
  void add(std::uint64_t n = 1) { set(value() + n); }
  void subtract(std::uint64_t n = 1) { set(value() - n); }
  void set(std::uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// How a histogram is divided. Constant.
struct HistogramScale {
  std::span<const std::uint64_t> bounds;  ///< inclusive upper bounds, rising; at most Histogram::kMaxBounds
  double per_unit = 1;                    ///< how many of what is observed make one unit of the report
};

/// Counts what was observed by size. Any thread; a few nanoseconds an observation.
class Histogram {
 public:
  static constexpr std::size_t kMaxBounds = 18;

  /// `scale` outlives it.
  explicit Histogram(const HistogramScale& scale) : scale_(scale) {}

  void observe(std::uint64_t value) {
    const auto at = std::lower_bound(scale_.bounds.begin(), scale_.bounds.end(), value);
    buckets_[static_cast<std::size_t>(at - scale_.bounds.begin())].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
  }
  /// In nanoseconds; less than nothing is nothing.
  void observe(Duration duration) {
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
    observe(static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0)));
  }

  const HistogramScale& scale() const { return scale_; }
  /// How many were beyond bound `i` - 1 and not beyond bound `i`; the last one (`i` = number of bounds):
  /// beyond all.
  std::uint64_t bucket(std::size_t i) const { return buckets_[i].load(std::memory_order_relaxed); }
  std::uint64_t sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  const HistogramScale& scale_;
  std::array<std::atomic<std::uint64_t>, kMaxBounds + 1> buckets_{};
  std::atomic<std::uint64_t> sum_{0};
};

namespace scales {

/// 50 µs to 10 s, observed in nanoseconds and reported in seconds.
inline constexpr std::array<std::uint64_t, 17> kLatencyBounds = {
    50'000,      100'000,       250'000,       500'000,       1'000'000,     2'500'000,
    5'000'000,   10'000'000,    25'000'000,    50'000'000,    100'000'000,   250'000'000,
    500'000'000, 1'000'000'000, 2'500'000'000, 5'000'000'000, 10'000'000'000};
inline constexpr HistogramScale kLatency{kLatencyBounds, 1e9};

/// 1 to 4096 of whatever there may be many of.
inline constexpr std::array<std::uint64_t, 13> kCountBounds = {1,   2,   4,   8,    16,   32,  64,
                                                               128, 256, 512, 1024, 2048, 4096};
inline constexpr HistogramScale kCount{kCountBounds, 1};

}  // namespace scales

}  // namespace cinnabar
