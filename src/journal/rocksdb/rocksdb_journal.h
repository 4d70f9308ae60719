// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "journal/journal.h"

namespace cinnabar {

/// What an acknowledged update has survived.
enum class SyncPolicy {
  kAlways,    ///< it is on disk: a power cut takes nothing that was acknowledged
  kInterval,  ///< it is with the operating system, and on disk after sync_interval at most
  kNever,     ///< it is with the operating system, which writes when it likes
};
// Under each of them an acknowledged update survives the end of the process, kill -9 included.

struct RocksdbJournalOptions {
  std::string path;  ///< a directory; its last part is made if need be
  Retention retention;
  SyncPolicy sync = SyncPolicy::kAlways;
  std::chrono::milliseconds sync_interval = std::chrono::seconds(1);
};

/// Opens, or makes, a journal on disk. Its history and positions are there again after
/// a restart (HIST-15).
///
/// Retention works in the background: history may exceed its limits for about a second.
/// When the disk is full or fails, append() answers kNoSpace or kUnavailable and health() says why;
/// the journal tries again by itself, and what is retained stays readable.
///
/// Errors: kInvalid: `path` cannot be used, or holds something else; kLocked: another process uses it;
/// kUnsupported: a newer version wrote it; kCorrupt; kNoSpace; kUnavailable. None changes any data.
Result<std::unique_ptr<Journal>> open_rocksdb_journal(const RocksdbJournalOptions& options);

}  // namespace cinnabar
