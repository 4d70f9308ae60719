// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace cinnabar::load {

/// The buckets of both histograms: at most 1/64 wide, so that quantiles are right to 1.6 %, whatever
/// the number of samples, in 30 KB.
struct Buckets {
  static constexpr std::size_t kSubBits = 6;
  static constexpr std::size_t kSub = std::size_t{1} << kSubBits;
  static constexpr std::size_t kCount = (65 - kSubBits) * kSub;

  static std::size_t of(std::uint64_t ns) {
    if (ns < kSub) return static_cast<std::size_t>(ns);
    const auto shift = static_cast<std::size_t>(std::bit_width(ns)) - 1 - kSubBits;
    return (shift + 1) * kSub + static_cast<std::size_t>((ns >> shift) - kSub);
  }

  static std::uint64_t upper_bound(std::size_t bucket) {
    if (bucket < kSub) return bucket;
    const std::size_t shift = bucket / kSub - 1;
    return ((static_cast<std::uint64_t>(kSub + bucket % kSub) + 1) << shift) - 1;
  }
};

/// Counts of durations in nanoseconds. One thread.
class Histogram {
 public:
  void add(std::uint64_t ns, std::uint64_t times = 1) {
    counts_[Buckets::of(ns)] += times;
    total_ += times;
  }

  void merge(const Histogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    total_ += other.total_;
  }

  /// Takes away what an earlier state of this histogram had. REQUIRES: it is an earlier state.
  void subtract(const Histogram& earlier) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] -= earlier.counts_[i];
    total_ -= earlier.total_;
  }

  std::uint64_t count() const { return total_; }

  /// The upper bound of the bucket that holds the `q`-quantile (0 < q <= 1); 0 when empty.
  std::uint64_t quantile(double q) const {
    const double wanted = q * static_cast<double>(total_);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen != 0 && static_cast<double>(seen) >= wanted) return Buckets::upper_bound(i);
    }
    return 0;
  }

  /// Calls `take(upper bound in ns, count)` for each bucket that holds something, in order.
  template <class Take>
  void for_each(Take&& take) const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] != 0) take(Buckets::upper_bound(i), counts_[i]);
    }
  }

 private:
  friend class LiveHistogram;
  std::array<std::uint64_t, Buckets::kCount> counts_{};
  std::uint64_t total_ = 0;
};

/// A histogram that one thread adds to while others look. Costs the adding thread what a plain one does.
class LiveHistogram {
 public:
  void add(std::uint64_t ns) {
    std::atomic<std::uint64_t>& count = counts_[Buckets::of(ns)];
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  /// Adds what has been counted so far to `to`. Any thread.
  void add_to(Histogram& to) const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      const std::uint64_t count = counts_[i].load(std::memory_order_relaxed);
      to.counts_[i] += count;
      to.total_ += count;
    }
  }

 private:
  std::array<std::atomic<std::uint64_t>, Buckets::kCount> counts_{};
};

}  // namespace cinnabar::load
