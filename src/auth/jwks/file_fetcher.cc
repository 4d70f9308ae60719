// SPDX-License-Identifier: Apache-2.0
#include "auth/jwks/file_fetcher.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace cinnabar {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decode(const std::string& text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      decoded += text[i];
    } else {
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return decoded;
}

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

class FileFetcher final : public Fetcher {
 public:
  FileFetcher(std::string path, std::size_t max_bytes) : path_(std::move(path)), max_bytes_(max_bytes) {}

  Result<Fetched> fetch(const std::string&, const std::atomic<bool>&) override {
    // Not blocking, as a pipe would without a writer.
    const Descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0) return failure(errno);
    if (!S_ISREG(status.st_mode)) return Error{ErrorCode::kInvalid, path_ + " is not a regular file."};
    Fetched fetched;
    fetched.lifetime = Duration::zero();  // looking again costs next to nothing
    fetched.body.resize(max_bytes_ + 1);
    std::size_t size = 0;
    while (size < fetched.body.size()) {
      const ssize_t got = ::read(file.get(), fetched.body.data() + size, fetched.body.size() - size);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failure(errno);
      if (got == 0) break;
      size += static_cast<std::size_t>(got);
    }
    if (size > max_bytes_) {
      return Error{ErrorCode::kTooLarge,
                   path_ + " is larger than " + std::to_string(max_bytes_) + " bytes; see jwks.max_size."};
    }
    fetched.body.resize(size);
    return fetched;
  }

 private:
  Error failure(int reason) const {
    return {ErrorCode::kUnavailable,
            "cannot read " + path_ + ": " + std::generic_category().message(reason) + "."};
  }

  const std::string path_;
  const std::size_t max_bytes_;
};

}  // namespace

std::unique_ptr<Fetcher> make_file_fetcher(const std::string& path, std::size_t max_bytes) {
  return std::make_unique<FileFetcher>(percent_decode(path), max_bytes);
}

}  // namespace cinnabar
