// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/db.h>

#include <atomic>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "journal/journal.h"
#include "journal/rocksdb/ledger.h"

namespace cinnabar::rocks {

// Column families: "default" holds what there is to know about the others (format, counters, as
// text), "events" position -> record, "ids" (id, position) -> nothing. See keys.h, record.h; of
// "subscriptions", subscription_log.h.

/// The database: opened, locked, and of a format that we know; reopened when an error
/// left RocksDB unable to go on.
///
/// Lifetime: close() or the destructor release the directory.
/// Threads: all functions from any, but revive() from the writer's only. Users hold a Lease;
/// reopening and closing wait until there is none.
class Store {
 public:
  /// Opens or makes the database. A failure has changed no data.
  static Result<std::unique_ptr<Store>> open(const std::string& path, const Retention& retention);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Shared use of the open database. False when there is none. Keep it short.
  class Lease {
   public:
    explicit operator bool() const { return store_->db_ != nullptr; }
    rocksdb::DB& db() const { return *store_->db_; }
    rocksdb::ColumnFamilyHandle* meta() const { return store_->families_[0]; }
    rocksdb::ColumnFamilyHandle* events() const { return store_->families_[1]; }
    rocksdb::ColumnFamilyHandle* ids() const { return store_->families_[2]; }
    rocksdb::ColumnFamilyHandle* subscriptions() const { return store_->families_[3]; }

   private:
    friend class Store;
    Lease(const Store& store, std::shared_lock<std::shared_mutex> lock)
        : store_(&store), lock_(std::move(lock)) {}
    const Store* store_;
    std::shared_lock<std::shared_mutex> lock_;
  };
  Lease lease() const;

  /// Why a Lease is false.
  Error not_open() const;

  /// Makes the database take writes again after one failed, if that is possible now:
  /// reopens it, unless it is well, and drops what was written but not acknowledged.
  Result<void> revive();

  /// Syncs the log with what was written before. By a write of its own: the database refuses that
  /// cleanly after an error, where its SyncWAL() is not made to be called.
  rocksdb::Status sync(const Lease& use) const;

  /// Writes a mark and syncs it: whether the database takes writes now.
  rocksdb::Status probe(const Lease& use) const;
  /// Whether the disk has room for an update of some size: a mark may fit where that doesn't.
  Result<void> check_room() const;

  /// Syncs and releases the database.
  void close();

  Ledger& ledger() { return ledger_; }
  const Ledger& ledger() const { return ledger_; }
  const std::string& path() const { return path_; }

  // Keys of the "default" family: the counters of the ledger, each written in one batch with what it
  // counts, and a mark that only serves to be written.
  static constexpr std::string_view kCommittedKey = "committed";          ///< last, written, published
  static constexpr std::string_view kPurgedKey = "purged";                ///< first, purged, published_purged
  static constexpr std::string_view kSubscriptionsKey = "subscriptions";  ///< subscriptions_first
  static constexpr std::string_view kSyncedKey = "synced";                ///< last, at the last sync()
  static constexpr std::string_view kProbedKey = "probed";                ///< last, at the last probe()
  static std::string counters(std::uint64_t a, std::uint64_t b, std::uint64_t c);

  /// Where history begins according to the database, which may be ahead of the ledger for a moment.
  Position stored_first(const Lease& use) const;
  /// The same for subscriptions_first.
  Position stored_subscriptions_first(const Lease& use) const;

 private:
  Store(std::string path, const Retention& retention) : path_(std::move(path)), retention_(retention) {}

  Result<void> open_database();
  Result<void> check_format();
  Result<void> load(Ledger& stored) const;
  std::string committed() const;
  Result<void> check_ends(const Ledger& stored) const;
  Result<void> write_probe();
  Result<void> reopen();
  Result<void> drop_unacknowledged(Position stored_last);
  void close_database();

  const std::string path_;
  const Retention retention_;
  Ledger ledger_;

  /// Lock order: turnstile_, then use_. Readers pass the turnstile, so that one who wants use_ alone
  /// gets it even when readers overlap without end.
  mutable Mutex turnstile_;
  mutable std::shared_mutex use_;
  std::unique_ptr<rocksdb::DB> db_;                     // guarded by use_
  std::vector<rocksdb::ColumnFamilyHandle*> families_;  // guarded by use_
  std::atomic<bool> closed_ = false;
};

}  // namespace cinnabar::rocks
