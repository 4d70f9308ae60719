// SPDX-License-Identifier: Apache-2.0
#include "load/payload.h"

#include <time.h>

#include <algorithm>
#include <array>

namespace cinnabar::load {
namespace {

constexpr std::array<std::uint8_t, 256> kDigitValue = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(0xff);
  for (unsigned i = 0; i < 10; ++i) table['0' + i] = static_cast<std::uint8_t>(i);
  for (unsigned i = 0; i < 6; ++i) table['a' + i] = static_cast<std::uint8_t>(10 + i);
  return table;
}();

void write_hex(char* to, std::uint64_t value, std::size_t digits) {
  for (std::size_t i = digits; i-- > 0; value >>= 4) to[i] = "0123456789abcdef"[value & 15];
}

bool read_hex(const char* from, std::size_t digits, std::uint64_t& value) {
  value = 0;
  unsigned bad = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const unsigned digit = kDigitValue[static_cast<unsigned char>(from[i])];
    bad |= digit;
    value = value << 4 | (digit & 15);
  }
  return bad < 16;
}

}  // namespace

std::uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

void write_stamp(char* to, const Stamp& stamp) {
  write_hex(to, stamp.publisher, 4);
  to[4] = '-';
  write_hex(to + 5, stamp.sequence, 8);
  to[13] = '-';
  write_hex(to + 14, stamp.sent_ns, 16);
}

bool read_stamp(std::string_view data, Stamp& stamp) {
  if (data.size() < kStampSize || data[4] != '-' || data[13] != '-') return false;
  std::uint64_t publisher = 0;
  std::uint64_t sequence = 0;
  if (!read_hex(data.data(), 4, publisher) || !read_hex(data.data() + 5, 8, sequence) ||
      !read_hex(data.data() + 14, 16, stamp.sent_ns)) {
    return false;
  }
  stamp.publisher = static_cast<std::uint32_t>(publisher);
  stamp.sequence = static_cast<std::uint32_t>(sequence);
  return true;
}

std::string make_data(std::size_t size) {
  std::string data(std::max(size, kStampSize), 'x');
  write_stamp(data.data(), Stamp{});
  return data;
}

}  // namespace cinnabar::load
