// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/wal_syncer.h"

#include <rocksdb/db.h>

#include "base/clock.h"
#include "base/log.h"

namespace cinnabar::rocks {

void WalSyncer::start() {
  thread_ = std::thread([this] { run(); });
}

void WalSyncer::stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void WalSyncer::run() {
  Position synced = store_.ledger().bounds().last;
  for (;;) {
    {
      MutexLock lock(mutex_);
      const SteadyTime end = steady_now() + interval_;
      while (!stopping_) {
        const Duration left = end - steady_now();
        if (left <= Duration::zero()) break;
        wake_.wait_for(mutex_, left);
      }
      if (stopping_) return;
    }
    const Position last = store_.ledger().bounds().last;
    if (last == synced) continue;
    const Store::Lease use = store_.lease();
    if (!use) continue;
    if (const rocksdb::Status status = store_.sync(use); status.ok()) {
      synced = last;
    } else {
      log_error("the journal's log could not be synced",
                {{"path", store_.path()}, {"error", status.ToString()}});
    }
  }
}

}  // namespace cinnabar::rocks
