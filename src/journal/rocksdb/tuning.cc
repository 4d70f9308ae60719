// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/tuning.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <memory>

#include "base/log.h"
#include "journal/rocksdb/keys.h"

namespace cinnabar::rocks {
namespace {

constexpr std::uint64_t kMegabyte = std::uint64_t{1} << 20;

/// RocksDB's own warnings in the hub's log, instead of LOG files beside the data.
class WarningsToLog final : public rocksdb::Logger {
 public:
  explicit WarningsToLog(std::string path)
      : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL), path_(std::move(path)) {}

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    std::array<char, 512> line{};
    const int size = std::vsnprintf(line.data(), line.size(), format, arguments);
    if (size <= 0) return;
    std::string text(line.data(), std::min(static_cast<std::size_t>(size), line.size() - 1));
    while (!text.empty() && text.back() == '\n') text.pop_back();
    log_debug("rocksdb", {{"path", path_}, {"warning", text}});
  }

 private:
  const std::string path_;
};

/// Leaves recovery from errors to the writer, which knows what was acknowledged.
class NoAutomaticRecovery final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* automatic) override {
    *automatic = false;
  }
};

/// All entries of one id share the prefix "id NUL": a filter on it tells in memory
/// that an id is unknown.
class IdPrefix final : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "cinnabar.IdPrefix"; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return {key.data(), key.size() - kPositionSize};
  }
  bool InDomain(const rocksdb::Slice& key) const override { return key.size() > kPositionSize; }
};

rocksdb::CompressionType compression() {
  const auto built_in = rocksdb::GetSupportedCompressions();
  const bool has_lz4 =
      std::find(built_in.begin(), built_in.end(), rocksdb::kLZ4Compression) != built_in.end();
  return has_lz4 ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
}

}  // namespace

Tuning tuning_for(const Retention& retention, const std::string& path, std::uint64_t disk_bytes) {
  std::uint64_t buffer = 8 * kMegabyte;
  if (retention.bytes != 0) buffer = std::min(buffer, retention.bytes / 4);
  if (disk_bytes != 0) buffer = std::min(buffer, disk_bytes / 32);
  buffer = std::max(buffer, kMegabyte / 4);
  Tuning tuning;
  rocksdb::DBOptions& db = tuning.database;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  db.paranoid_checks = true;
  // A torn last write is what a crash leaves; anything else that is wrong must be told.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.max_total_wal_size = 3 * buffer;
  db.max_background_jobs = 2;
  db.max_open_files = 256;
  db.manifest_preallocation_size = 64 * 1024;
  db.max_manifest_file_size = 4 * kMegabyte;
  db.skip_stats_update_on_db_open = true;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  db.delete_obsolete_files_period_micros = 60'000'000;
  db.max_bgerror_resume_count = 0;
  db.listeners.push_back(std::make_shared<NoAutomaticRecovery>());
  db.info_log = std::make_shared<WarningsToLog>(path);
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;

  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(8 * kMegabyte);
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;

  rocksdb::ColumnFamilyOptions family;
  family.write_buffer_size = buffer;
  family.max_write_buffer_number = 3;
  family.level0_file_num_compaction_trigger = 2;
  // When compactions find no space, commits must fail for that, not wait for it.
  family.level0_slowdown_writes_trigger = 100;
  family.level0_stop_writes_trigger = 1'000'000;
  family.target_file_size_base = buffer;
  family.max_bytes_for_level_base = 8 * buffer;
  family.compression = rocksdb::kNoCompression;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  tuning.meta = tuning.events = tuning.ids = tuning.subscriptions = family;

  tuning.meta.write_buffer_size = kMegabyte / 4;
  tuning.subscriptions.write_buffer_size = std::min(buffer, kMegabyte);
  tuning.events.compression = compression();
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.whole_key_filtering = false;
  tuning.ids.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  tuning.ids.prefix_extractor = std::make_shared<IdPrefix>();
  tuning.ids.memtable_prefix_bloom_size_ratio = 0.05;
  return tuning;
}

}  // namespace cinnabar::rocks
