// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <thread>

#include "base/mutex.h"
#include "base/result.h"
#include "journal/journal.h"
#include "journal/rocksdb/store.h"

namespace cinnabar::rocks {

/// Drops the oldest events until history is within its Retention: each second, and sooner
/// when it has grown well beyond a limit. In a thread of its own, never on a publisher's time.
///
/// An age is that of the record's commit. Events leave oldest first, so that one whose clock was
/// ahead keeps those behind it until its own time comes. Events on subscriptions have a limit of their own,
/// by which the oldest of them leave out of the midst of the others (subscription_retention.cc).
///
/// Lifetime: start() once, stop() before destruction. Threads: on_growth() from the writer's.
class Retainer {
 public:
  Retainer(Store& store, const Retention& retention);

  void start();
  void stop();

  /// History has grown. Cheap.
  void on_growth();

 private:
  struct Purge;

  void run();
  bool wait();
  Result<bool> drop_some();
  Result<bool> drop_subscriptions();
  bool due(const Purge& purge, std::int64_t time_ms) const;
  void reclaim();

  Store& store_;
  const Retention retention_;
  /// on_growth() wakes the thread when these are passed: the limits and some slack, so that a
  /// busy journal is trimmed in large steps.
  const std::uint64_t count_alarm_;
  const std::uint64_t bytes_alarm_;
  const std::uint64_t subscriptions_alarm_;
  const std::uint64_t reclaim_step_;

  Mutex mutex_;
  CondVar wake_;
  bool stopping_ CINNABAR_GUARDED_BY(mutex_) = false;
  bool nudged_ CINNABAR_GUARDED_BY(mutex_) = false;

  std::uint64_t reclaimable_ = 0;  ///< bytes dropped since the last reclaim(); the thread's own
  std::string last_error_;         ///< the thread's own
  std::thread thread_;
};

}  // namespace cinnabar::rocks
