// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/store.h"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/log.h"
#include "journal/rocksdb/directory.h"
#include "journal/rocksdb/format.h"
#include "journal/rocksdb/keys.h"
#include "journal/rocksdb/status.h"
#include "journal/rocksdb/tuning.h"

namespace cinnabar::rocks {
namespace {

/// Reopening writes a new log and manifest, and what the old logs hold into tables; without room
/// for them we would end with no database open at all, and history unreadable.
constexpr std::uint64_t kRoomToReopen = std::uint64_t{2} << 20;

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

rocksdb::WriteOptions synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

bool parse_counters(std::string_view text, std::uint64_t& a, std::uint64_t& b) {
  const char* const end = text.data() + text.size();
  auto [middle, first_error] = std::from_chars(text.data(), end, a);
  if (first_error != std::errc() || middle == end || *middle != ' ') return false;
  auto [stop, second_error] = std::from_chars(middle + 1, end, b);
  return second_error == std::errc() && stop == end;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::string& path, const Retention& retention) {
  const auto contents = prepare_directory(path);
  if (!contents) return contents.error();
  if (*contents == Contents::kDatabase) {
    if (auto known = inspect_database(path, tuning_for(retention, path, total_space(path))); !known)
      return known.error();
  }
  std::unique_ptr<Store> store(new Store(path, retention));
  if (auto opened = store->open_database(); !opened) return opened.error();
  Ledger stored;
  if (auto loaded = store->load(stored); !loaded) return loaded.error();
  if (auto checked = store->check_ends(stored); !checked) return checked.error();
  store->ledger_.first = stored.first.load();
  store->ledger_.last = stored.last.load();
  store->ledger_.written = stored.written.load();
  store->ledger_.purged = stored.purged.load();
  return store;
}

Store::~Store() { close(); }

Store::Lease Store::lease() const {
  MutexLock pass(turnstile_);
  return {*this, std::shared_lock(use_)};
}

Error Store::not_open() const {
  if (closed_) return {ErrorCode::kClosed, path_ + ": the journal is stopped"};
  return {ErrorCode::kUnavailable,
          path_ + ": the database could not be reopened after an error; check the disk, it is tried again"};
}

std::string Store::counters(std::uint64_t a, std::uint64_t b) {
  return std::to_string(a) + " " + std::to_string(b);
}

Position Store::stored_first(const Lease& use) const {
  std::string text;
  std::uint64_t first = 0;
  std::uint64_t purged = 0;
  const auto status = use.db().Get(rocksdb::ReadOptions(), use.meta(), slice(kPurgedKey), &text);
  return status.ok() && parse_counters(text, first, purged) ? first : ledger_.bounds().first;
}

Result<void> Store::open_database() {
  const Tuning tuning = tuning_for(retention_, path_, total_space(path_));
  const std::vector<rocksdb::ColumnFamilyDescriptor> wanted = {
      {rocksdb::kDefaultColumnFamilyName, tuning.meta},
      {std::string(kEventsFamily), tuning.events},
      {std::string(kIdsFamily), tuning.ids},
  };
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(tuning.database, path_, wanted, &families_, &opened);
  if (!status.ok()) {
    families_.clear();
    return open_error_of(status, path_);
  }
  db_.reset(opened);

  std::string format;
  status = db_->Get(rocksdb::ReadOptions(), families_[0], slice(kFormatKey), &format);
  if (status.IsNotFound()) {
    status = db_->Put(synced(), families_[0], slice(kFormatKey), std::to_string(kFormatVersion));
  }
  if (!status.ok()) return open_error_of(status, path_);
  return {};
}

Result<void> Store::load(Ledger& stored) const {
  const auto get = [this](std::string_view key, auto& a, auto& b) -> Result<void> {
    std::string text;
    const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), families_[0], slice(key), &text);
    if (status.IsNotFound()) return {};
    if (!status.ok()) return open_error_of(status, path_);
    std::uint64_t x = 0;
    std::uint64_t y = 0;
    if (!parse_counters(text, x, y)) {
      return damaged(path_, "its counter \"" + std::string(key) + "\" reads \"" + text + "\"");
    }
    a = x;
    b = y;
    return {};
  };
  if (auto committed = get(kCommittedKey, stored.last, stored.written); !committed) return committed;
  return get(kPurgedKey, stored.first, stored.purged);
}

Result<void> Store::check_ends(const Ledger& stored) const {
  const JournalBounds bounds = stored.bounds();
  if (bounds.first == 0 || bounds.first > bounds.last + 1 || stored.purged > stored.written) {
    return damaged(path_, "its counters contradict each other");
  }
  const std::unique_ptr<rocksdb::Iterator> newest(db_->NewIterator(rocksdb::ReadOptions(), families_[1]));
  newest->SeekToLast();
  if (!newest->status().ok()) return open_error_of(newest->status(), path_);
  Position found = bounds.first - 1;
  if (newest->Valid()) {
    if (newest->key().size() != kPositionSize) return damaged(path_, "an event has a malformed key");
    found = std::max(found, position_of(newest->key().ToStringView()));
  }
  if (found != bounds.last) {
    return damaged(path_, "the newest event is " + std::to_string(found) + ", its counter says " +
                              std::to_string(bounds.last));
  }
  return {};
}

// DB::Resume() is not used: it flushes, and when that fails for want of space it waits for ever.
Result<void> Store::revive() {
  {
    const Lease use = lease();
    if (use && write_probe()) return {};
  }
  return reopen();
}

Result<void> Store::write_probe() {
  const rocksdb::Status status = db_->Put(synced(), families_[0], slice(kCommittedKey),
                                          counters(ledger_.last.load(), ledger_.written.load()));
  if (!status.ok()) return error_of(status, path_);
  return {};
}

Result<void> Store::reopen() {
  if (const std::uint64_t needed = kRoomToReopen + log_bytes(path_); free_space(path_) < needed) {
    return disk_full(path_, needed);
  }
  MutexLock pass(turnstile_);
  const std::unique_lock alone(use_);
  if (closed_) return Error{ErrorCode::kClosed, path_ + ": the journal is stopped"};
  log_warn("reopening the journal's database after an error", {{"path", path_}});
  close_database();
  auto mended = open_database();
  Ledger stored;
  if (mended) mended = load(stored);
  if (mended) mended = check_ends(stored);
  if (mended && stored.last < ledger_.last) {
    mended = damaged(path_, "events up to " + std::to_string(ledger_.last) +
                                " were stored, now they end at " + std::to_string(stored.last));
  }
  if (mended && stored.last > ledger_.last) mended = drop_unacknowledged(stored.last);
  if (mended) mended = write_probe();
  if (!mended) close_database();
  return mended;
}

/// A batch whose sync failed may be found again in the log. Its publishers were told that it
/// failed and the tail never saw it: it must not be history.
Result<void> Store::drop_unacknowledged(Position stored_last) {
  const PositionKey begin = position_key(ledger_.last + 1);
  const PositionKey end = position_key(stored_last + 1);
  rocksdb::WriteBatch batch;
  batch.DeleteRange(families_[1], slice({begin.data(), begin.size()}), slice({end.data(), end.size()}));
  batch.Put(families_[0], slice(kCommittedKey), counters(ledger_.last.load(), ledger_.written.load()));
  const rocksdb::Status status = db_->Write(synced(), &batch);
  if (!status.ok()) return error_of(status, path_);
  return {};
}

rocksdb::Status Store::sync(const Lease& use) const {
  return use.db().Put(synced(), use.meta(), slice(kSyncedKey), std::to_string(ledger_.bounds().last));
}

void Store::close() {
  if (const Lease use = lease(); use) {
    if (const rocksdb::Status status = sync(use); !status.ok()) {
      log_error("the journal's last writes may not be on disk",
                {{"path", path_}, {"error", status.ToString()}});
    }
  }
  MutexLock pass(turnstile_);
  const std::unique_lock alone(use_);
  close_database();
  closed_ = true;
}

void Store::close_database() {
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* const family : families_) db_->DestroyColumnFamilyHandle(family);
  families_.clear();
  const rocksdb::Status status = db_->Close();
  if (!status.ok()) {
    log_warn("the journal's database did not close cleanly; it is recovered at the next start",
             {{"path", path_}, {"error", status.ToString()}});
  }
  db_.reset();
}

}  // namespace cinnabar::rocks
