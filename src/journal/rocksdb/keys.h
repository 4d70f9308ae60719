// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/event.h"

namespace cinnabar::rocks {

// Keys of the database. A position is 8 bytes, big-endian, so that bytes sort as numbers do.
// The index of ids has keys of id, NUL, position: ids hold no NUL (PUB-14), so that all
// entries of one id stand together, earliest first.

inline constexpr std::size_t kPositionSize = 8;
using PositionKey = std::array<char, kPositionSize>;

inline PositionKey position_key(Position position) {
  PositionKey key;
  for (std::size_t i = kPositionSize; i-- > 0; position >>= 8) {
    key[i] = static_cast<char>(static_cast<unsigned char>(position));
  }
  return key;
}

/// REQUIRES: key.size() == kPositionSize
inline Position position_of(std::string_view key) {
  assert(key.size() == kPositionSize);
  Position position = 0;
  for (const char c : key) position = position << 8 | static_cast<unsigned char>(c);
  return position;
}

inline std::string id_key(std::string_view id, Position position) {
  const PositionKey suffix = position_key(position);
  std::string key;
  key.reserve(id.size() + 1 + suffix.size());
  key.append(id).push_back('\0');
  key.append(suffix.data(), suffix.size());
  return key;
}

/// What an event counts for in Retention::bytes: its two entries' keys and values.
inline std::uint64_t stored_bytes(std::size_t record_size, std::size_t id_size) {
  return record_size + id_size + 2 * kPositionSize + 1;
}

}  // namespace cinnabar::rocks
