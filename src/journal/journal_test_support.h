// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "journal/journal.h"

namespace cinnabar {

/// A directory that goes with the test.
class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Remembers what it is told, and fails the test when it is called concurrently.
class RecordingTail final : public JournalTail {
 public:
  void on_committed(std::span<const EventPtr> events) override;

  std::vector<EventPtr> events() const;
  std::size_t batches() const;
  Position last() const { return last_.load(); }

 private:
  std::atomic<bool> inside_ = false;
  std::atomic<Position> last_ = 0;
  mutable Mutex mutex_;
  std::vector<EventPtr> events_ CINNABAR_GUARDED_BY(mutex_);
  std::size_t batches_ CINNABAR_GUARDED_BY(mutex_) = 0;
};

Update make_update(const std::string& id, const std::string& data = "data");

/// The hub's own: the subscription `topic` has begun, or is over.
Update make_started(const std::string& id, const std::string& topic);
Update make_ended(const std::string& id, const std::string& topic);

/// Appends and waits for the answer.
Result<Position> append_and_wait(Journal& journal, Update update);

/// What the journal says when it is probed.
Result<void> probe_and_wait(Journal& journal);

/// Appends them all, then waits for all answers; fails the test unless all were stored.
void append_all(Journal& journal, const std::vector<std::string>& ids, std::size_t data_size = 10);

void append_updates(Journal& journal, const std::vector<Update>& updates);

/// All ids from `from` on, with as many reads as it takes.
std::vector<std::string> read_ids(const Journal& journal, Position from, const EventFilter& filter = {},
                                  const ReadLimits& limits = {});

/// The topics of the subscriptions that are open.
std::vector<std::string> open_topics(const Journal& journal);

/// Waits until the condition holds; false when it does not within a minute.
bool eventually(const std::function<bool()>& condition);

}  // namespace cinnabar
