// SPDX-License-Identifier: Apache-2.0
// The yardstick for a durable journal: what the disk alone takes. Appends records of one size to a
// file, `--batch` of them by one write() and one fdatasync(), as fast as it can, and prints how many a
// second. Nothing is indexed, ordered or answered. --batch 1 is a lone publisher that waits for each
// of its updates; --batch 64 is 64 of them that always come together.

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "load/json_object.h"
#include "load/payload.h"

namespace cinnabar::load {
namespace {

struct Settings {
  std::string file;
  std::size_t size = 300;   // of one record
  std::uint32_t batch = 1;  // records in one write() and fdatasync()
  double seconds = 4;
};

std::uint64_t cpu_ns() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<std::uint64_t>(used.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(used.tv_nsec);
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

int failed(const Settings& settings, const char* what) {
  std::fprintf(stderr, "cinnabar_rawlog: %s %s: %s\n", what, settings.file.c_str(), std::strerror(errno));
  return 1;
}

int append(const Settings& settings, int fd) {
  const std::string batch(settings.size * settings.batch, 'x');
  const auto end_after = static_cast<std::uint64_t>(settings.seconds * 1e9);
  std::vector<std::uint64_t> syncs_ns;
  const std::uint64_t cpu_start = cpu_ns();
  const std::uint64_t start = now_ns();
  std::uint64_t now = start;
  while (now - start < end_after) {
    if (!write_all(fd, batch)) return failed(settings, "write to");
    if (::fdatasync(fd) != 0) return failed(settings, "fdatasync of");
    const std::uint64_t before = now;
    now = now_ns();
    syncs_ns.push_back(now - before);
  }
  const std::uint64_t records = syncs_ns.size() * settings.batch;
  const std::uint64_t cpu = cpu_ns() - cpu_start;
  std::sort(syncs_ns.begin(), syncs_ns.end());
  JsonObject result;
  result.add("records", records);
  result.add("syncs", static_cast<std::uint64_t>(syncs_ns.size()));
  result.add("seconds", static_cast<double>(now - start) / 1e9);
  result.add("records_per_second", static_cast<double>(records) * 1e9 / static_cast<double>(now - start));
  result.add("sync_p50_ns", syncs_ns[syncs_ns.size() / 2]);
  result.add("sync_p99_ns", syncs_ns[syncs_ns.size() * 99 / 100]);
  result.add("cpu_ns_per_record", static_cast<double>(cpu) / static_cast<double>(records));
  result.print(stdout);
  return 0;
}

int run(const Settings& settings) {
  const int fd =
      ::open(settings.file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) return failed(settings, "create");
  const int outcome = append(settings, fd);
  ::close(fd);
  ::unlink(settings.file.c_str());
  return outcome;
}

template <class T>
bool read_number(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && value > T{};
}

bool set(Settings& settings, std::string_view name, std::string_view value) {
  if (name == "--file") settings.file = value;
  if (name == "--size") return read_number(value, settings.size);
  if (name == "--batch") return read_number(value, settings.batch);
  if (name == "--seconds") return read_number(value, settings.seconds);
  return name == "--file";
}

}  // namespace
}  // namespace cinnabar::load

int main(int argc, char** argv) {
  cinnabar::load::Settings settings;
  bool right = argc % 2 == 1;
  for (int i = 1; right && i + 1 < argc; i += 2) {
    right = cinnabar::load::set(settings, argv[i], argv[i + 1]);
  }
  if (!right || settings.file.empty()) {
    std::fprintf(stderr,
                 "cinnabar_rawlog --file PATH (a new one, removed at the end) [--size BYTES_PER_RECORD]\n"
                 "                [--batch RECORDS_PER_SYNC] [--seconds SECONDS]\n");
    return 2;
  }
  return cinnabar::load::run(settings);
}
