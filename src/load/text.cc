// SPDX-License-Identifier: Apache-2.0
#include "load/text.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace cinnabar::load {
namespace {

std::string three_digits(double value, std::string_view unit) {
  char text[64];
  const char* format = value < 9.995 ? "%.2f " : value < 99.95 ? "%.1f " : "%.0f ";
  std::snprintf(text, sizeof text, format, value);
  return std::string(text).append(unit);
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

std::string short_duration(std::uint64_t ns) {
  const auto value = static_cast<double>(ns);
  if (ns == 0) return "–";
  if (ns < 1000) return std::to_string(ns) + " ns";
  if (value < 999.5e3) return three_digits(value / 1e3, "µs");
  if (value < 999.5e6) return three_digits(value / 1e6, "ms");
  return three_digits(value / 1e9, "s");
}

std::string short_size(double bytes) {
  constexpr std::array<std::string_view, 4> kUnits = {"B", "KiB", "MiB", "GiB"};
  std::size_t unit = 0;
  for (; bytes >= 1023.5 && unit + 1 < kUnits.size(); ++unit) bytes /= 1024;
  if (unit == 0) return std::to_string(static_cast<std::int64_t>(bytes)) + " B";
  return three_digits(bytes, kUnits[unit]);
}

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default: escaped += static_cast<unsigned char>(c) < 0x20 && c != '\n' ? ' ' : c;
    }
  }
  return escaped;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace cinnabar::load
