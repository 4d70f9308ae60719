// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cinnabar::load {

/// CLOCK_MONOTONIC in nanoseconds: one clock for all processes of this machine.
std::uint64_t now_ns();

/// What the first bytes of a measured event's data say: who published it, which of the
/// publisher's updates it is (from 1, without holes), and when it was sent.
struct Stamp {
  std::uint32_t publisher = 0;
  std::uint32_t sequence = 0;
  std::uint64_t sent_ns = 0;
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

/// "pppp-ssssssss-tttttttttttttttt", all hexadecimal: fixed in length, so that a request or an
/// event is built once and patched, and safe in a form without percent-encoding.
inline constexpr std::size_t kStampSize = 30;

/// REQUIRES: room for kStampSize bytes; publisher < 65536.
void write_stamp(char* to, const Stamp& stamp);

/// False when `data` does not begin with a stamp: the event is not one of ours.
bool read_stamp(std::string_view data, Stamp& stamp);

/// Data of exactly `size` bytes (at least kStampSize): a blank stamp and filling.
std::string make_data(std::size_t size);

}  // namespace cinnabar::load
