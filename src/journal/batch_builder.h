// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>

#include "journal/journal.h"

namespace cinnabar {

/// Fills a ReadBatch and says when ReadLimits are reached, so that every journal
/// counts them alike. Belongs to one read().
class BatchBuilder {
 public:
  BatchBuilder(Position from, const ReadLimits& limits) : limits_(limits) { batch_.next = from; }

  /// True when no further event may be examined. Never before the first one was.
  bool full() const {
    return examined_ > 0 && (examined_ >= limits_.examined || batch_.events.size() >= limits_.events ||
                             bytes_ >= limits_.bytes);
  }
  /// There are no events before `position`, from next() on. REQUIRES: position >= next()
  void skip_to(Position position) { batch_.next = position; }
  /// The event at next() was offered to the filter.
  void examined() {
    ++examined_;
    ++batch_.next;
  }
  /// The filter wanted it.
  void add(EventPtr event) {
    bytes_ += event->footprint();
    batch_.events.push_back(std::move(event));
  }
  Position next() const { return batch_.next; }
  bool empty() const { return examined_ == 0; }
  ReadBatch take() { return std::move(batch_); }

 private:
  const ReadLimits limits_;
  ReadBatch batch_;
  std::size_t examined_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace cinnabar
