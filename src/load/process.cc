// SPDX-License-Identifier: Apache-2.0
#include "load/process.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace cinnabar::load {

ProcessMeter::ProcessMeter(pid_t pid) : pid_(pid) {
  valid_ = pid > 0 && clock_getcpuclockid(pid, &clock_) == 0;
}

std::uint64_t ProcessMeter::cpu_ns() const {
  timespec used{};
  if (!valid_ || clock_gettime(clock_, &used) != 0) return 0;
  return static_cast<std::uint64_t>(used.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(used.tv_nsec);
}

std::uint64_t ProcessMeter::rss_kib() const {
  if (!valid_) return 0;
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  std::string name;
  while (status >> name) {
    if (name == "VmRSS:") {
      std::uint64_t kib = 0;
      status >> kib;
      return kib;
    }
    std::getline(status, name);
  }
  return 0;
}

std::uint64_t ProcessMeter::open_sockets() const {
  if (!valid_) return 0;
  std::error_code error;
  std::uint64_t sockets = 0;
  // A descriptor may be closed between being listed and being read: that is no error.
  for (std::filesystem::directory_iterator file("/proc/" + std::to_string(pid_) + "/fd", error), end;
       !error && file != end; file.increment(error)) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(file->path(), gone).string();
    if (target.starts_with("socket:")) ++sockets;
  }
  return sockets;
}

}  // namespace cinnabar::load
