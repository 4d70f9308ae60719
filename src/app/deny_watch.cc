// SPDX-License-Identifier: Apache-2.0
#include "app/deny_watch.h"

#include <sys/stat.h>

#include <utility>

#include "app/files.h"
#include "base/log.h"

namespace cinnabar {

DenyWatch::DenyWatch(boost::asio::io_context& context, std::string path, DenyListHolder& holder,
                     std::function<void()> changed)
    : timer_(context), path_(std::move(path)), holder_(holder), changed_(std::move(changed)) {}

std::optional<DenyWatch::Version> DenyWatch::version() const {
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) return {};
  return Version{.modified_ns = status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec,
                 .size = status.st_size,
                 .inode = status.st_ino};
}

Result<void> DenyWatch::load() {
  // Before the file is read: should it change meanwhile, it is read once more.
  seen_ = version();
  const Result<std::string> text = read_file(path_);
  if (!text) return Error{text.error().code, "hub.deny: " + text.error().detail};
  Result<DenyList> list = DenyList::parse(*text, path_);
  if (!list) return list.error();
  holder_.set(std::move(*list));
  return {};
}

void DenyWatch::start() { wait(); }

void DenyWatch::wait() {
  timer_.expires_after(kPeriod);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    check();
    wait();
  });
}

void DenyWatch::check() {
  const std::optional<Version> now = version();
  if (now == seen_) return;
  if (const Result<void> loaded = load(); !loaded) {
    log_error("the deny list of before stays in force", {{"reason", loaded.error().detail}});
    return;
  }
  log_info("deny list read", {{"file", path_}, {"rules", std::uint64_t{holder_.get()->size()}}});
  changed_();
}

}  // namespace cinnabar
