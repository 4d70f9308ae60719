// SPDX-License-Identifier: Apache-2.0
#include "app/admin/process_figures.h"

#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

namespace cinnabar {
namespace {

/// When the machine started, in Unix seconds.
double boot_time() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    if (word != "btime") continue;
    double seconds = 0;
    file >> seconds;
    return seconds;
  }
  return 0;
}

std::uint64_t count_descriptors() {
  std::error_code error;
  std::uint64_t count = 0;
  const std::filesystem::directory_iterator end;
  for (std::filesystem::directory_iterator at("/proc/self/fd", error); !error && at != end;
       at.increment(error)) {
    ++count;
  }
  return count == 0 ? 0 : count - 1;  // one was that of the listing
}

}  // namespace

ProcessFigures read_process_figures() {
  ProcessFigures figures;
  timespec cpu{};
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu) == 0) {
    figures.cpu_seconds = static_cast<double>(cpu.tv_sec) + static_cast<double>(cpu.tv_nsec) / 1e9;
  }
  std::ifstream file("/proc/self/stat");
  const std::string stat{std::istreambuf_iterator<char>(file), {}};
  // The second field, the name, may hold blanks and ends at the last parenthesis.
  if (const std::size_t name_end = stat.rfind(')'); name_end != std::string::npos) {
    std::istringstream fields(stat.substr(name_end + 1));
    std::string field;
    for (int number = 3; fields >> field; ++number) {  // as proc(5) numbers them
      switch (number) {
        case 20: figures.threads = std::stoull(field); break;
        case 22:
          figures.start_time = boot_time() + static_cast<double>(std::stoull(field)) /
                                                 static_cast<double>(sysconf(_SC_CLK_TCK));
          break;
        case 23: figures.virtual_bytes = std::stoull(field); break;
        case 24:
          figures.resident_bytes = std::stoull(field) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
          break;
        default: break;
      }
    }
  }
  figures.open_fds = count_descriptors();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) figures.max_fds = limit.rlim_cur;
  return figures;
}

}  // namespace cinnabar
