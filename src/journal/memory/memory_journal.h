// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "journal/journal.h"

namespace cinnabar {

struct MemoryJournalOptions {
  Retention retention;
};

/// A journal that keeps its history in memory and loses it with the process: for
/// development, tests, and hubs whose updates are worthless a moment later.
///
/// An event is committed on the thread that appends it, and the tail and `done` are
/// called from there. Limits by count, by bytes (Event::footprint()) and of events on subscriptions hold at
/// any time; age is looked at whenever the journal is used.
std::unique_ptr<Journal> make_memory_journal(const MemoryJournalOptions& options);

}  // namespace cinnabar
