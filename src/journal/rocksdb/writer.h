// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "journal/journal.h"
#include "journal/rocksdb/store.h"
#include "journal/rocksdb/subscription_log.h"

namespace rocksdb {
class WriteBatch;
}

namespace cinnabar::rocks {

/// The committer: one thread that drains the queue of updates into one batch, one write and
/// one sync, then tells the tail, then the publishers (PUB-23). While it syncs, the next batch
/// gathers by itself, so that under load one sync serves many publishers, and a lone publisher
/// waits for nobody.
///
/// Positions are given here, after everything else that can fail, so that they stay dense: those
/// of a batch that failed go to the next one. After a failure the thread mends the database
/// by itself, whether or not anybody publishes, and what is queued meanwhile waits for
/// the outcome of the next try.
///
/// Probes go the same way: a commit that succeeds after they came answers them, and when there is none the
/// thread writes a mark of its own.
///
/// Lifetime: start() once, stop() before destruction. Threads: append(), probe() and health() from any.
class Writer {
 public:
  /// `sync`: each batch is on disk before it is acknowledged. `on_growth` is called after each
  /// commit, from the writer's thread.
  Writer(Store& store, bool sync, std::function<void()> on_growth);

  Result<void> start(JournalTail& tail);
  /// Commits what is queued, or refuses it when the database is failing.
  void stop();

  void append(Update update, Journal::Appended done);
  void probe(Journal::Probed done);
  Result<void> health() const;
  const JournalFigures& figures() const { return figures_; }

 private:
  struct Entry {
    Update update;
    std::string body;  ///< the record without its head
    Journal::Appended done;
  };

  void run();
  bool take(std::vector<Entry>& out, std::vector<Journal::Probed>& probes);
  void answer(std::vector<Journal::Probed>& probes, bool proven);
  void gather();
  std::size_t commit(std::vector<Entry>& entries, std::size_t from);
  static std::size_t enter(rocksdb::WriteBatch& batch, const Store::Lease& use, const Entry& entry,
                           Position position, std::int64_t time_ms);
  void note_closed();
  Error not_running() const;
  void refuse(std::vector<Entry>& entries, std::size_t from);
  void mend();
  void fail(const Error& error);

  Store& store_;
  const bool sync_;
  const std::function<void()> on_growth_;
  JournalFigures figures_;
  JournalTail* tail_ = nullptr;

  mutable Mutex mutex_;
  CondVar wake_;
  std::vector<Entry> queue_ CINNABAR_GUARDED_BY(mutex_);
  std::vector<Journal::Probed> probes_ CINNABAR_GUARDED_BY(mutex_);
  bool running_ CINNABAR_GUARDED_BY(mutex_) = false;
  bool waiting_ CINNABAR_GUARDED_BY(mutex_) = false;
  /// How many updates gather() waits for; 0: it does not wait.
  std::size_t enough_ CINNABAR_GUARDED_BY(mutex_) = 0;
  Error failure_ CINNABAR_GUARDED_BY(mutex_);
  /// Set by the thread. While true, failure_ says why.
  std::atomic<bool> failing_ = false;

  // The thread's own.
  SteadyTime retry_at_;
  std::size_t last_batch_ = 0;
  std::vector<EventPtr> events_;
  std::vector<Closed> closed_;  ///< ended by batches before, and to be purged by the next one
  std::thread thread_;
};

}  // namespace cinnabar::rocks
