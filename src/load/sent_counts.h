// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cinnabar::load {

/// How many updates each publisher has begun to send. A subscriber that joins while they publish owes
/// nothing of those: of all later ones it must get every one.
/// Threads: the publishers' thread adds (before it sends), any reads.
class SentCounts {
 public:
  explicit SentCounts(std::size_t publishers) : counts_(publishers) {}

  std::size_t publishers() const { return counts_.size(); }
  void set(std::size_t publisher, std::uint32_t sent) {
    counts_[publisher].store(sent, std::memory_order_seq_cst);
  }
  std::uint32_t of(std::size_t publisher) const { return counts_[publisher].load(std::memory_order_seq_cst); }

 private:
  std::vector<std::atomic<std::uint32_t>> counts_;
};

}  // namespace cinnabar::load
