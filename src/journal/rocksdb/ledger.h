// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "journal/journal.h"

namespace cinnabar::rocks {

/// Where history begins and ends and how much there is of it, for all threads to see.
/// Everything here is in the database already when it is set.
///
/// Threads: `last`, `written` and `published` are set by the writer, `first`, `purged`,
/// `published_purged` and `subscriptions_first` by the retainer, `subscriptions` by both; anyone reads.
struct Ledger {
  std::atomic<Position> first{1};
  std::atomic<Position> last{0};
  std::atomic<std::uint64_t> written{0};  ///< stored_bytes() of all events ever
  std::atomic<std::uint64_t> purged{0};   ///< stored_bytes() of those dropped
  // The same in numbers. Neither bytes nor numbers count events on subscriptions.
  std::atomic<std::uint64_t> published{0};
  std::atomic<std::uint64_t> published_purged{0};

  std::atomic<std::uint64_t> subscriptions{0};   ///< events on subscriptions in history
  std::atomic<Position> subscriptions_first{1};  ///< JournalBounds::subscriptions_first

  JournalBounds bounds() const {
    // `first` first: it never passes last + 1, so that a later `last` fits it.
    const Position begin = first.load(std::memory_order_acquire);
    const Position whole = subscriptions_first.load(std::memory_order_acquire);
    return {begin, last.load(std::memory_order_acquire), whole};
  }
  std::uint64_t live_published() const {
    const std::uint64_t gone = published_purged.load(std::memory_order_acquire);
    return published.load(std::memory_order_acquire) - gone;
  }
  std::uint64_t live_bytes() const {
    const std::uint64_t gone = purged.load(std::memory_order_acquire);
    return written.load(std::memory_order_acquire) - gone;
  }
};

}  // namespace cinnabar::rocks
