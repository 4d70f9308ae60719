// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <thread>

#include "base/mutex.h"
#include "journal/rocksdb/store.h"

namespace cinnabar::rocks {

/// Syncs the log each interval, from a thread of its own, for SyncPolicy::kInterval. A failure
/// sets RocksDB's error state, so that the writer meets and mends it.
///
/// Lifetime: start() once, stop() before destruction.
class WalSyncer {
 public:
  WalSyncer(Store& store, std::chrono::milliseconds interval) : store_(store), interval_(interval) {}

  void start();
  void stop();

 private:
  void run();

  Store& store_;
  const std::chrono::milliseconds interval_;
  Mutex mutex_;
  CondVar wake_;
  bool stopping_ CINNABAR_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace cinnabar::rocks
