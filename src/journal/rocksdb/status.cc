// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/status.h"

#include <string_view>

namespace cinnabar::rocks {
namespace {

bool mentions(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

Error disk_full(const std::string& path, std::uint64_t needed) {
  const std::string room =
      needed == 0 ? "some space" : "at least " + std::to_string((needed >> 20) + 1) + " MB";
  return {ErrorCode::kNoSpace, path + ": the disk is full; free " + room +
                                   " and the journal goes on by itself, nothing it acknowledged is lost"};
}

bool is_no_space(const rocksdb::Status& status) {
  if (!status.IsIOError()) return false;
  if (status.subcode() == rocksdb::Status::kNoSpace || status.subcode() == rocksdb::Status::kSpaceLimit) {
    return true;
  }
  const std::string text = status.ToString();
  return mentions(text, "No space left on device") || mentions(text, "Disk quota exceeded");
}

Error damaged(const std::string& path, const std::string& detail) {
  return {ErrorCode::kCorrupt, path + ": the database is damaged (" + detail +
                                   "); nothing was changed; restore a backup or move the directory away"};
}

Error error_of(const rocksdb::Status& status, const std::string& path) {
  const std::string text = status.ToString();
  if (is_no_space(status)) return disk_full(path, 0);
  if (status.IsCorruption()) {
    return {ErrorCode::kCorrupt, path + ": the database is damaged (" + text +
                                     "); stop the hub and restore a backup or move the directory away"};
  }
  if (status.IsIOError() || status.IsBusy() || status.IsTimedOut() || status.IsIncomplete() ||
      status.IsAborted() || status.IsTryAgain()) {
    return {ErrorCode::kUnavailable, path + ": the disk does not take or give data now (" + text +
                                         "); check the disk, the journal tries again by itself"};
  }
  if (status.IsShutdownInProgress()) return {ErrorCode::kClosed, path + ": the journal is stopping"};
  return {ErrorCode::kInternal, path + ": the database answered something unexpected (" + text + ")"};
}

Error open_error_of(const rocksdb::Status& status, const std::string& path) {
  const std::string text = status.ToString();
  if (is_no_space(status)) {
    return {ErrorCode::kNoSpace, path + ": the disk is full, the journal cannot be opened; free some space"};
  }
  if (status.IsIOError() && (mentions(text, "lock hold by current process") ||
                             mentions(text, "While lock file") || mentions(text, "Resource temporarily"))) {
    return {ErrorCode::kLocked,
            path + ": another process uses this journal; stop it, or give each hub a directory of its own"};
  }
  if (status.IsCorruption() || status.IsNotFound() || status.IsPathNotFound() ||
      mentions(text, "No such file or directory")) {
    return damaged(path, text);
  }
  if (status.IsIOError()) {
    return {ErrorCode::kUnavailable, path + ": the journal cannot be opened (" + text +
                                         "); check the directory's permissions and the disk"};
  }
  if (status.IsInvalidArgument() || status.IsNotSupported()) {
    return {ErrorCode::kUnsupported, path + ": this build cannot read the database (" + text +
                                         "); use the version of Cinnabar that wrote it"};
  }
  return {ErrorCode::kInternal, path + ": the journal cannot be opened (" + text + ")"};
}

}  // namespace cinnabar::rocks
