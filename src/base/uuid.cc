// SPDX-License-Identifier: Apache-2.0
#include "base/uuid.h"

#include <sys/random.h>

#include <array>
#include <cstddef>
#include <span>

namespace cinnabar {
namespace {

// getrandom() is one system call; a pool a thread makes it one for 64 UUIDs.
void random_bytes(std::span<unsigned char, 16> out) {
  thread_local std::array<unsigned char, 1024> pool;
  thread_local std::size_t used = pool.size();
  if (used == pool.size()) {
    std::size_t have = 0;
    while (have < pool.size()) {
      const ssize_t got = getrandom(pool.data() + have, pool.size() - have, 0);
      if (got > 0) have += static_cast<std::size_t>(got);
    }
    used = 0;
  }
  for (unsigned char& byte : out) {
    byte = pool[used];
    pool[used++] = 0;
  }
}

}  // namespace

Uuid Uuid::random() {
  Uuid uuid;
  random_bytes(uuid.bytes);
  uuid.bytes[6] = static_cast<unsigned char>((uuid.bytes[6] & 0x0F) | 0x40);
  uuid.bytes[8] = static_cast<unsigned char>((uuid.bytes[8] & 0x3F) | 0x80);
  return uuid;
}

std::string Uuid::urn() const {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text("urn:uuid:00000000-0000-0000-0000-000000000000");
  std::size_t at = 9;
  for (const unsigned char byte : bytes) {
    if (text[at] == '-') ++at;
    text[at++] = kHex[byte >> 4];
    text[at++] = kHex[byte & 15];
  }
  return text;
}

}  // namespace cinnabar
