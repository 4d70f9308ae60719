// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/format.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <charconv>
#include <memory>
#include <vector>

#include "journal/rocksdb/status.h"

namespace cinnabar::rocks {
namespace {

Result<void> check_lock(const std::string& path) {
  rocksdb::Env* const env = rocksdb::Env::Default();
  rocksdb::FileLock* lock = nullptr;
  const rocksdb::Status status = env->LockFile(path + "/LOCK", &lock);
  if (!status.ok()) return open_error_of(status, path);
  env->UnlockFile(lock);
  return {};
}

Result<void> check_version(const std::string& path, const std::string& text) {
  int version = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, version);
  if (error != std::errc() || stop != end || version < 1) {
    return damaged(path, "its format version reads \"" + text + "\"");
  }
  if (version > kFormatVersion) {
    return Error{ErrorCode::kUnsupported, path + ": the journal has format " + std::to_string(version) +
                                              ", this build knows formats up to " +
                                              std::to_string(kFormatVersion) +
                                              "; use the newer Cinnabar that wrote it, or another directory"};
  }
  return {};
}

/// A database without our mark may be ours only if it is still empty: we were killed
/// before the mark was written.
Result<void> check_unmarked(const std::string& path, rocksdb::DB& db) {
  const std::unique_ptr<rocksdb::Iterator> any(db.NewIterator(rocksdb::ReadOptions()));
  any->SeekToFirst();
  bool ours = !any->Valid() && any->status().ok();
  std::vector<std::string> names;
  if (ours && rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), path, &names).ok()) {
    for (const std::string& name : names) {
      ours = ours && (name == rocksdb::kDefaultColumnFamilyName || name == kEventsFamily ||
                      name == kIdsFamily || name == kSubscriptionsFamily);
    }
  }
  if (ours) return {};
  return Error{ErrorCode::kInvalid, path +
                                        ": this RocksDB database was not written by Cinnabar; name an empty "
                                        "or a new directory for the journal"};
}

}  // namespace

Result<void> inspect_database(const std::string& path, const Tuning& tuning) {
  if (auto unlocked = check_lock(path); !unlocked) return unlocked;
  rocksdb::DBOptions options = tuning.database;
  options.create_if_missing = false;
  options.create_missing_column_families = false;
  const std::vector<rocksdb::ColumnFamilyDescriptor> only_meta = {
      {rocksdb::kDefaultColumnFamilyName, tuning.meta}};
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options, path, only_meta, &families, &opened);
  if (!status.ok()) return open_error_of(status, path);
  const std::unique_ptr<rocksdb::DB> db(opened);

  std::string format;
  status = db->Get(rocksdb::ReadOptions(), families[0], rocksdb::Slice(kFormatKey), &format);
  Result<void> result;
  if (status.IsNotFound()) {
    result = check_unmarked(path, *db);
  } else {
    result = status.ok() ? check_version(path, format) : Result<void>(open_error_of(status, path));
  }
  db->DestroyColumnFamilyHandle(families[0]);
  return result;
}

}  // namespace cinnabar::rocks
