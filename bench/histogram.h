// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace cinnabar::bench {

/// Counts of durations in nanoseconds, in buckets that are at most 1/64 wide: quantiles are right
/// to 1.6 %, whatever the number of samples, in 30 KB. One thread; merge() after it has ended.
class Histogram {
 public:
  void add(std::uint64_t ns, std::uint64_t times = 1) {
    counts_[bucket_of(ns)] += times;
    total_ += times;
  }

  void merge(const Histogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    total_ += other.total_;
  }

  std::uint64_t count() const { return total_; }

  /// The upper bound of the bucket that holds the `q`-quantile (0 < q <= 1); 0 when empty.
  std::uint64_t quantile(double q) const {
    const double wanted = q * static_cast<double>(total_);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen != 0 && static_cast<double>(seen) >= wanted) return upper_bound_of(i);
    }
    return 0;
  }

 private:
  static constexpr std::size_t kSubBits = 6;
  static constexpr std::size_t kSub = std::size_t{1} << kSubBits;

  static std::size_t bucket_of(std::uint64_t ns) {
    if (ns < kSub) return static_cast<std::size_t>(ns);
    const auto shift = static_cast<std::size_t>(std::bit_width(ns)) - 1 - kSubBits;
    return (shift + 1) * kSub + static_cast<std::size_t>((ns >> shift) - kSub);
  }

  static std::uint64_t upper_bound_of(std::size_t bucket) {
    if (bucket < kSub) return bucket;
    const std::size_t shift = bucket / kSub - 1;
    return ((static_cast<std::uint64_t>(kSub + bucket % kSub) + 1) << shift) - 1;
  }

  std::array<std::uint64_t, (65 - kSubBits) * kSub> counts_{};
  std::uint64_t total_ = 0;
};

}  // namespace cinnabar::bench
