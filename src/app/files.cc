// SPDX-License-Identifier: Apache-2.0
#include "app/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace cinnabar {

namespace {

constexpr std::size_t kLargestFile = std::size_t{16} << 20;

Error failure(const char* verb, const std::string& path, int reason) {
  const ErrorCode code = reason == ENOENT || reason == ENOTDIR ? ErrorCode::kNotFound
                         : reason == EEXIST                    ? ErrorCode::kLocked
                         : reason == ENOSPC                    ? ErrorCode::kNoSpace
                                                               : ErrorCode::kInternal;
  return {code, std::string("cannot ") + verb + ' ' + path + ": " + std::generic_category().message(reason)};
}

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// A complete, synced file beside `path`, to be renamed or linked to it.
Result<std::string> write_beside(const std::string& path, std::string_view content, mode_t mode) {
  std::string name = path + ".XXXXXX";
  const Descriptor file(::mkostemp(name.data(), O_CLOEXEC));  // 0600
  if (file.get() < 0) return failure("write", path, errno);
  if (!write_all(file.get(), content) || ::fchmod(file.get(), mode) != 0 || ::fsync(file.get()) != 0) {
    const int reason = errno;
    ::unlink(name.c_str());
    return failure("write", path, reason);
  }
  return name;
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return failure("read", path, errno);
  std::string content;
  std::array<char, 16384> buffer{};
  while (true) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure("read", path, errno);
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (content.size() > kLargestFile) {
      return Error{ErrorCode::kTooLarge, "cannot read " + path + ": it is larger than 16 MiB"};
    }
  }
}

std::string without_line_end(std::string text) {
  if (!text.empty() && text.back() == '\n') {
    text.pop_back();
    if (!text.empty() && text.back() == '\r') text.pop_back();
  }
  return text;
}

Result<void> make_private_directory(const std::string& path) {
  const std::filesystem::path whole(path);
  std::filesystem::path so_far;
  for (const std::filesystem::path& part : whole) {
    so_far /= part;
    if (::mkdir(so_far.c_str(), 0700) == 0 || errno == EEXIST || part.empty()) continue;
    // Above a directory that exists, mkdir may be refused (EROFS, EACCES) without harm.
    const int reason = errno;
    std::error_code ignored;
    if (!std::filesystem::is_directory(so_far, ignored)) return failure("make the directory", path, reason);
  }
  std::error_code ignored;
  if (!std::filesystem::is_directory(whole, ignored)) return failure("make the directory", path, ENOTDIR);
  return {};
}

Result<void> replace_file(const std::string& path, std::string_view content, bool secret) {
  const Result<std::string> beside = write_beside(path, content, secret ? 0600 : 0644);
  if (!beside) return beside.error();
  if (::rename(beside->c_str(), path.c_str()) != 0) {
    const int reason = errno;
    ::unlink(beside->c_str());
    return failure("write", path, reason);
  }
  return {};
}

Result<void> create_secret_file(const std::string& path, std::string_view content) {
  const Result<std::string> beside = write_beside(path, content, 0600);
  if (!beside) return beside.error();
  const int linked = ::link(beside->c_str(), path.c_str());
  const int reason = errno;
  ::unlink(beside->c_str());
  if (linked != 0) return failure("write", path, reason);
  return {};
}

}  // namespace cinnabar
