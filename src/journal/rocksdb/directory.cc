// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/directory.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace cinnabar::rocks {
namespace {

Error refused(const std::string& path, const std::string& why, const std::string& mend) {
  return {ErrorCode::kInvalid, path + ": the journal cannot use this directory, " + why + "; " + mend};
}

Error no_access(const std::string& path, int error) {
  return {ErrorCode::kUnavailable, path + ": the journal cannot write to this directory (" +
                                       std::generic_category().message(error) +
                                       "); give the hub's user the right to, or name another directory"};
}

/// What RocksDB leaves when it is killed while it makes a new database, before there is
/// any data, and what mkfs leaves in a new file system.
bool is_harmless(std::string_view name) {
  return name == "LOCK" || name == "IDENTITY" || name == "lost+found" || name.starts_with("LOG") ||
         name.starts_with("MANIFEST-") || name.ends_with(".dbtmp");
}

}  // namespace

Result<Contents> prepare_directory(const std::string& path) {
  namespace fs = std::filesystem;
  if (path.empty()) return refused("\"\"", "its name is empty", "set the journal's path");
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    const int error = errno;
    if (error == ENOTDIR) return refused(path, "a part of its path is a file", "name another path");
    if (error != ENOENT) return no_access(path, error);
    if (mkdir(path.c_str(), 0700) == 0) return Contents::kNothing;
    if (errno == ENOENT) {
      return refused(path, "its parent directory does not exist", "make that first, or correct the path");
    }
    return no_access(path, errno);
  }
  if (!S_ISDIR(info.st_mode)) return refused(path, "it is a file", "remove it, or name another path");
  if (access(path.c_str(), R_OK | W_OK | X_OK) != 0) return no_access(path, errno);

  std::error_code error;
  std::string stranger;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name == "CURRENT") return Contents::kDatabase;
    if (!is_harmless(name)) stranger = name;
  }
  if (error) return no_access(path, error.value());
  if (!stranger.empty()) {
    return refused(path, "it holds other files (" + stranger + ") and no database",
                   "name an empty or a new directory");
  }
  return Contents::kNothing;
}

std::uint64_t total_space(const std::string& path) {
  struct statvfs info {};
  if (statvfs(path.c_str(), &info) != 0) return 0;
  return static_cast<std::uint64_t>(info.f_blocks) * info.f_frsize;
}

std::uint64_t free_space(const std::string& path) {
  struct statvfs info {};
  if (statvfs(path.c_str(), &info) != 0) return 0;
  return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

std::uint64_t log_bytes(const std::string& path) {
  namespace fs = std::filesystem;
  std::uint64_t sum = 0;
  std::error_code error;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() != ".log") continue;
    std::error_code gone;  // files come and go
    const std::uint64_t size = it->file_size(gone);
    if (!gone) sum += size;
  }
  return sum;
}

}  // namespace cinnabar::rocks
