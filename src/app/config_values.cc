// SPDX-License-Identifier: Apache-2.0
#include "app/config_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace cinnabar {

namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::uint64_t kMillisecond = 1;
constexpr std::uint64_t kSecond = 1000;
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kHour = 60 * kMinute;
constexpr std::uint64_t kDay = 24 * kHour;
// Far below what a steady_clock deadline in nanoseconds can hold (292 years from the boot).
constexpr std::uint64_t kLongestMs = 36'525 * kDay;

// Longest first, so that formatting picks the largest unit that divides.
constexpr std::array kDurationUnits = {Unit{"d", kDay}, Unit{"h", kHour}, Unit{"m", kMinute},
                                       Unit{"s", kSecond}, Unit{"ms", kMillisecond}};

constexpr std::array kSizeUnits = {Unit{"TiB", std::uint64_t{1} << 40},
                                   Unit{"GiB", std::uint64_t{1} << 30},
                                   Unit{"MiB", std::uint64_t{1} << 20},
                                   Unit{"KiB", std::uint64_t{1} << 10},
                                   Unit{"TB", 1'000'000'000'000},
                                   Unit{"GB", 1'000'000'000},
                                   Unit{"MB", 1'000'000},
                                   Unit{"KB", 1'000},
                                   Unit{"B", 1}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

/// Takes the digits at the front of `text`. Nothing: there are none, or too many.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::string_view take_letters(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && !is_digit(text[length])) ++length;
  const std::string_view letters = text.substr(0, length);
  text.remove_prefix(length);
  return letters;
}

std::optional<std::uint64_t> multiply(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  const Error expected{ErrorCode::kInvalid, R"(must be a duration such as "40s" or "2m")"};
  if (text == "0") return Duration::zero();
  if (text.empty()) return expected;
  std::uint64_t total = 0;
  std::uint64_t previous_factor = std::numeric_limits<std::uint64_t>::max();
  while (!text.empty()) {
    if (!is_digit(text.front())) return expected;
    const Error too_long{ErrorCode::kInvalid, "must be a duration of at most 36525d (100 years)"};
    const std::optional<std::uint64_t> number = take_number(text);
    if (!number) return too_long;
    const std::string_view name = take_letters(text);
    const Unit* unit = nullptr;
    for (const Unit& known : kDurationUnits) {
      if (known.name == name) unit = &known;
    }
    // From the largest unit to the smallest, each once: "1h30m", not "30m1h".
    if (unit == nullptr || unit->factor >= previous_factor) return expected;
    previous_factor = unit->factor;
    const std::optional<std::uint64_t> part = multiply(*number, unit->factor);
    if (!part || *part > kLongestMs || total + *part > kLongestMs) return too_long;
    total += *part;
  }
  return Duration(std::chrono::milliseconds(total));
}

Result<std::uint64_t> parse_size(std::string_view text) {
  const Error expected{ErrorCode::kInvalid, R"(must be a size in bytes such as "1MiB", "512KB" or 65536)"};
  if (text.empty() || !is_digit(text.front())) return expected;
  const Error too_large{ErrorCode::kInvalid, "must be a size of less than 16777216TiB"};
  const std::optional<std::uint64_t> number = take_number(text);
  if (!number) return too_large;
  if (text.empty()) return *number;
  for (const Unit& unit : kSizeUnits) {
    if (!equal_ignoring_case(text, unit.name)) continue;
    const std::optional<std::uint64_t> bytes = multiply(*number, unit.factor);
    if (!bytes) return too_large;
    return *bytes;
  }
  return expected;
}

Result<std::uint64_t> parse_count(std::string_view text) {
  const Error expected{ErrorCode::kInvalid, "must be a whole number, 0 or more"};
  if (text.empty() || !is_digit(text.front())) return expected;
  const std::optional<std::uint64_t> number = take_number(text);
  if (!number || !text.empty()) return expected;
  return *number;
}

Result<bool> parse_bool(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return Error{ErrorCode::kInvalid, "must be true or false"};
}

std::vector<std::string> parse_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const std::size_t first = item.find_first_not_of(" \t");
    if (first == std::string_view::npos) continue;
    item = item.substr(first, item.find_last_not_of(" \t") - first + 1);
    items.emplace_back(item);
  }
  return items;
}

std::string format_duration(Duration duration) {
  const auto ms =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
  if (ms == 0) return "0s";
  for (const Unit& unit : kDurationUnits) {
    // People write "90s" and "600s", but "24h" rather than "1d".
    if (unit.factor == kDay && ms < 2 * kDay) continue;
    if (ms % unit.factor == 0) return std::to_string(ms / unit.factor) + std::string(unit.name);
  }
  return std::to_string(ms) + "ms";
}

std::string format_size(std::uint64_t bytes) {
  for (const Unit& unit : kSizeUnits) {
    if (bytes == 0 || unit.name == "TB") break;  // only the binary units
    if (bytes % unit.factor == 0) return std::to_string(bytes / unit.factor) + std::string(unit.name);
  }
  return std::to_string(bytes);
}

}  // namespace cinnabar
