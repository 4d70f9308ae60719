// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "journal/journal.h"

namespace cinnabar::rocks {

/// Where history begins and ends and how many bytes it takes, for all threads to see.
/// Everything here is in the database already when it is set.
///
/// Threads: `last` and `written` are set by the writer, `first` and `purged` by the
/// retainer; anyone reads.
struct Ledger {
  std::atomic<Position> first{1};
  std::atomic<Position> last{0};
  std::atomic<std::uint64_t> written{0};  ///< stored_bytes() of all events ever
  std::atomic<std::uint64_t> purged{0};   ///< stored_bytes() of those dropped

  JournalBounds bounds() const {
    // `first` first: it never passes last + 1, so that a later `last` fits it.
    const Position begin = first.load(std::memory_order_acquire);
    return {begin, last.load(std::memory_order_acquire)};
  }
  std::uint64_t live_bytes() const {
    const std::uint64_t gone = purged.load(std::memory_order_acquire);
    return written.load(std::memory_order_acquire) - gone;
  }
};

}  // namespace cinnabar::rocks
