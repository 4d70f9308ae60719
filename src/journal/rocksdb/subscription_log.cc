// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/subscription_log.h"

#include <rocksdb/db.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "journal/rocksdb/keys.h"
#include "journal/rocksdb/record.h"
#include "journal/rocksdb/status.h"

namespace cinnabar::rocks {
namespace {

constexpr char kLogged = 'p';
constexpr char kOpen = 'o';
constexpr char kClosed = 'c';

std::string numbered_key(char sort, Position position) {
  const PositionKey suffix = position_key(position);
  std::string key(1, sort);
  return key.append(suffix.data(), suffix.size());
}

std::string open_prefix(std::string_view topic) {
  std::string key(1, kOpen);
  return key.append(topic).append(1, '\0');
}

std::string open_key(std::string_view topic, Position position) {
  const PositionKey suffix = position_key(position);
  return open_prefix(topic).append(suffix.data(), suffix.size());
}

/// Of any of the keys: they all end with it.
Position position_in(std::string_view key) { return position_of(key.substr(key.size() - kPositionSize)); }

/// Calls `each` for the keys that begin with `prefix`, in order, while it answers true.
template <class Each>
Result<void> for_each(const std::string& path, rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family,
                      std::string_view prefix, Each each) {
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator(rocksdb::ReadOptions(), family));
  for (it->Seek({prefix.data(), prefix.size()}); it->Valid() && it->key().ToStringView().starts_with(prefix);
       it->Next()) {
    if (it->key().size() < 1 + kPositionSize)
      return damaged(path, "an entry on subscriptions has a malformed key");
    if (!each(it->key().ToStringView(), it->value().ToStringView())) return {};
  }
  if (!it->status().ok()) return error_of(it->status(), path);
  return {};
}

}  // namespace

void log_subscription(rocksdb::WriteBatch& batch, const Store::Lease& use, const Update& update,
                      Position position, std::span<const rocksdb::Slice> record) {
  batch.Put(use.subscriptions(), numbered_key(kLogged, position), rocksdb::Slice());
  const std::string& topic = update.topics.front();
  if (update.kind == UpdateKind::kSubscriptionStarted) {
    const std::string key = open_key(topic, position);
    const rocksdb::Slice key_slice(key);
    batch.Put(use.subscriptions(), rocksdb::SliceParts(&key_slice, 1),
              rocksdb::SliceParts(record.data(), static_cast<int>(record.size())));
  } else {
    batch.Put(use.subscriptions(), numbered_key(kClosed, position), topic);
  }
}

Result<void> purge_closed(rocksdb::WriteBatch& batch, const Store& store, const Store::Lease& use,
                          const std::vector<Closed>& closed) {
  if (closed.empty()) return {};
  const std::unique_ptr<rocksdb::Iterator> it(
      use.db().NewIterator(rocksdb::ReadOptions(), use.subscriptions()));
  for (const Closed& end : closed) {
    const std::string prefix = open_prefix(end.topic);
    for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
      if (position_in(it->key().ToStringView()) < end.position) batch.Delete(use.subscriptions(), it->key());
    }
    batch.Delete(use.subscriptions(), numbered_key(kClosed, end.position));
  }
  if (!it->status().ok()) return error_of(it->status(), store.path());
  return {};
}

Result<std::vector<Closed>> read_closed(const Store& store, const Store::Lease& use) {
  std::vector<Closed> closed;
  const Result<void> read = for_each(store.path(), use.db(), use.subscriptions(), {&kClosed, 1},
                                     [&closed](std::string_view key, std::string_view topic) {
                                       closed.push_back({std::string(topic), position_in(key)});
                                       return true;
                                     });
  if (!read) return read.error();
  return closed;
}

Result<std::vector<EventPtr>> read_open(const Store& store, const Store::Lease& use) {
  const Result<std::vector<Closed>> closed = read_closed(store, use);
  if (!closed) return closed.error();
  std::map<std::string_view, Position> ends;
  for (const Closed& end : *closed) ends[end.topic] = end.position;  // in order: the last one stays

  std::map<std::string, EventPtr, std::less<>> open;  // by topic, the latest
  RecordView record;
  Result<void> decoded;
  const Result<void> read =
      for_each(store.path(), use.db(), use.subscriptions(), {&kOpen, 1},
               [&](std::string_view key, std::string_view value) {
                 const std::string_view topic = key.substr(1, key.size() - 2 - kPositionSize);
                 const Position position = position_in(key);
                 if (const auto end = ends.find(topic); end != ends.end() && position < end->second)
                   return true;
                 decoded = decode_record(value, record);
                 if (!decoded) return false;
                 open[std::string(topic)] = Event::make({record.topics, record.data, record.id, record.type,
                                                         record.retry, record.is_private, record.kind},
                                                        position, record.time_ms);
                 return true;
               });
  if (!read) return read.error();
  if (!decoded) return damaged(store.path(), decoded.error().detail);
  std::vector<EventPtr> events;
  events.reserve(open.size());
  for (auto& [topic, event] : open) events.push_back(std::move(event));
  std::sort(events.begin(), events.end(),
            [](const EventPtr& a, const EventPtr& b) { return a->position() < b->position(); });
  return events;
}

Result<void> forget_after(rocksdb::WriteBatch& batch, const std::string& path, rocksdb::DB& db,
                          rocksdb::ColumnFamilyHandle* family, Position last) {
  for (const char sort : {kLogged, kOpen, kClosed}) {
    const Result<void> read =
        for_each(path, db, family, {&sort, 1}, [&](std::string_view key, std::string_view) {
          if (position_in(key) > last) batch.Delete(family, rocksdb::Slice(key.data(), key.size()));
          return true;
        });
    if (!read) return read;
  }
  return {};
}

Result<std::uint64_t> count_logged(const std::string& path, rocksdb::DB& db,
                                   rocksdb::ColumnFamilyHandle* family) {
  std::uint64_t count = 0;
  const Result<void> read =
      for_each(path, db, family, {&kLogged, 1}, [&count](std::string_view, std::string_view) {
        ++count;
        return true;
      });
  if (!read) return read.error();
  return count;
}

Result<std::vector<Position>> oldest_logged(const Store& store, const Store::Lease& use, std::size_t count) {
  std::vector<Position> positions;
  const Result<void> read = for_each(store.path(), use.db(), use.subscriptions(), {&kLogged, 1},
                                     [&](std::string_view key, std::string_view) {
                                       if (positions.size() == count) return false;
                                       positions.push_back(position_in(key));
                                       return true;
                                     });
  if (!read) return read.error();
  return positions;
}

void unlog_event(rocksdb::WriteBatch& batch, const Store::Lease& use, Position position) {
  batch.Delete(use.subscriptions(), numbered_key(kLogged, position));
}

}  // namespace cinnabar::rocks
