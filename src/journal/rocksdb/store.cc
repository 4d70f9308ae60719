// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/store.h"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

#include "base/log.h"
#include "journal/rocksdb/directory.h"
#include "journal/rocksdb/format.h"
#include "journal/rocksdb/keys.h"
#include "journal/rocksdb/status.h"
#include "journal/rocksdb/subscription_log.h"
#include "journal/rocksdb/tuning.h"

namespace cinnabar::rocks {
namespace {

/// Reopening writes a new log and manifest, and what the old logs hold into tables; without room
/// for them we would end with no database open at all, and history unreadable.
constexpr std::uint64_t kRoomToReopen = std::uint64_t{2} << 20;

/// Less than the largest update that a hub takes by default, and it cannot promise to take one.
constexpr std::uint64_t kRoomToServe = std::uint64_t{1} << 20;

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

rocksdb::WriteOptions synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

/// Numbers with a blank between; how many there were. 0: it reads otherwise.
std::size_t parse_counters(std::string_view text, std::span<std::uint64_t> numbers) {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto [stop, error] = std::from_chars(at, end, numbers[i]);
    if (error != std::errc()) return 0;
    if (stop == end) return i + 1;
    if (*stop != ' ') return 0;
    at = stop + 1;
  }
  return 0;
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
  store->ledger_.published = stored.published.load();
  store->ledger_.published_purged = stored.published_purged.load();
  store->ledger_.subscriptions = stored.subscriptions.load();
  store->ledger_.subscriptions_first = stored.subscriptions_first.load();
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

std::string Store::counters(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  return std::to_string(a) + " " + std::to_string(b) + " " + std::to_string(c);
}

std::string Store::committed() const {
  return counters(ledger_.last.load(), ledger_.written.load(), ledger_.published.load());
}

Position Store::stored_first(const Lease& use) const {
  std::string text;
  std::array<std::uint64_t, 3> numbers{};
  const auto status = use.db().Get(rocksdb::ReadOptions(), use.meta(), slice(kPurgedKey), &text);
  return status.ok() && parse_counters(text, numbers) != 0 ? numbers[0] : ledger_.bounds().first;
}

Position Store::stored_subscriptions_first(const Lease& use) const {
  std::string text;
  std::array<std::uint64_t, 1> number{};
  const auto status = use.db().Get(rocksdb::ReadOptions(), use.meta(), slice(kSubscriptionsKey), &text);
  return status.ok() && parse_counters(text, number) == 1 ? number[0] : ledger_.bounds().subscriptions_first;
}

Result<void> Store::open_database() {
  const Tuning tuning = tuning_for(retention_, path_, total_space(path_));
  const std::vector<rocksdb::ColumnFamilyDescriptor> wanted = {
      {rocksdb::kDefaultColumnFamilyName, tuning.meta},
      {std::string(kEventsFamily), tuning.events},
      {std::string(kIdsFamily), tuning.ids},
      {std::string(kSubscriptionsFamily), tuning.subscriptions},
  };
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(tuning.database, path_, wanted, &families_, &opened);
  if (!status.ok()) {
    families_.clear();
    return open_error_of(status, path_);
  }
  db_.reset(opened);
  return check_format();
}

/// Marks a new database, and one of an older format, which opening has made one of ours.
Result<void> Store::check_format() {
  const std::string ours = std::to_string(kFormatVersion);
  std::string format;
  rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), families_[0], slice(kFormatKey), &format);
  if (status.IsNotFound() || (status.ok() && format != ours)) {
    status = db_->Put(synced(), families_[0], slice(kFormatKey), ours);
  }
  if (!status.ok()) return open_error_of(status, path_);
  return {};
}

Result<void> Store::load(Ledger& stored) const {
  // How many numbers there are, 0 when the key is missing.
  const auto get = [this](std::string_view key, std::span<std::uint64_t> numbers) -> Result<std::size_t> {
    std::string text;
    const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), families_[0], slice(key), &text);
    if (status.IsNotFound()) return std::size_t{0};
    if (!status.ok()) return open_error_of(status, path_);
    const std::size_t count = parse_counters(text, numbers);
    if (count == 0) {
      return damaged(path_, "its counter \"" + std::string(key) + "\" reads \"" + text + "\"");
    }
    return count;
  };
  std::array<std::uint64_t, 3> end{0, 0, 0};
  const Result<std::size_t> committed = get(kCommittedKey, end);
  if (!committed) return committed.error();
  std::array<std::uint64_t, 3> begin{1, 0, 0};
  const Result<std::size_t> purged = get(kPurgedKey, begin);
  if (!purged) return purged.error();
  std::array<std::uint64_t, 1> whole{1};
  if (const Result<std::size_t> dropped = get(kSubscriptionsKey, whole); !dropped) return dropped.error();
  // Format 1 had published events only, and two numbers each.
  if (*committed == 2) end[2] = end[0];
  if (*purged == 2) begin[2] = begin[0] - 1;
  stored.last = end[0];
  stored.written = end[1];
  stored.published = end[2];
  stored.first = begin[0];
  stored.purged = begin[1];
  stored.published_purged = begin[2];
  stored.subscriptions_first = whole[0];
  const Result<std::uint64_t> logged = count_logged(path_, *db_, families_[3]);
  if (!logged) return logged.error();
  stored.subscriptions = *logged;
  return {};
}

Result<void> Store::check_ends(const Ledger& stored) const {
  const JournalBounds bounds = stored.bounds();
  if (bounds.first == 0 || bounds.first > bounds.last + 1 || stored.purged > stored.written ||
      stored.published_purged > stored.published || bounds.subscriptions_first > bounds.last + 1) {
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
  const rocksdb::Status status = db_->Put(synced(), families_[0], slice(kCommittedKey), committed());
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
  if (auto forgotten = forget_after(batch, path_, *db_, families_[3], ledger_.last); !forgotten)
    return forgotten;
  batch.Put(families_[0], slice(kCommittedKey), committed());
  const rocksdb::Status status = db_->Write(synced(), &batch);
  if (!status.ok()) return error_of(status, path_);
  return {};
}

rocksdb::Status Store::sync(const Lease& use) const {
  return use.db().Put(synced(), use.meta(), slice(kSyncedKey), std::to_string(ledger_.bounds().last));
}

rocksdb::Status Store::probe(const Lease& use) const {
  return use.db().Put(synced(), use.meta(), slice(kProbedKey), std::to_string(ledger_.bounds().last));
}

Result<void> Store::check_room() const {
  if (free_space(path_) < kRoomToServe) return disk_full(path_, kRoomToServe);
  return {};
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
