// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <ctime>

#include "http/connection.h"

namespace cinnabar::http {
namespace {

// Names of our own: strftime would ask the locale.
constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct DateCache {
  std::time_t second = -1;
  std::array<char, 64> text{};
  std::size_t size = 0;
};

}  // namespace

std::string_view http_date() {
  thread_local DateCache cache;
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  if (now.tv_sec != cache.second) {
    cache.second = now.tv_sec;
    std::tm tm{};
    gmtime_r(&now.tv_sec, &tm);
    const int written = std::snprintf(
        cache.text.data(), cache.text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
        kDays[static_cast<std::size_t>(tm.tm_wday)], tm.tm_mday, kMonths[static_cast<std::size_t>(tm.tm_mon)],
        tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
    cache.size = static_cast<std::size_t>(written);
  }
  return {cache.text.data(), cache.size};
}

}  // namespace cinnabar::http
