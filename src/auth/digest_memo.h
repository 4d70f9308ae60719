// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auth/digest.h"

namespace cinnabar {

/// Spares the hashing of what was hashed a moment ago: clients present the same token with each
/// request. Keeps the bytes of a few tokens that came twice, and compares them in a time that does
/// not depend on where they differ. Threads: one.
class DigestMemo {
 public:
  /// Longer ones are hashed each time, which bounds what is kept to half a megabyte.
  static constexpr std::size_t kMostBytes = 4096;

  /// Digest::of({token, context...}). `context`: what else the digest depends on.
  Digest of(std::string_view token, std::array<std::string_view, 3> context);

 private:
  struct Entry {
    std::uint64_t end = 0;  // the token's last bytes
    std::string token;      // empty: it came once
    std::array<std::string, 3> context;
    Digest digest;
  };
  static constexpr std::size_t kPlaces = 128;

  std::vector<Entry> entries_;  // kPlaces, once the first is needed
};

}  // namespace cinnabar
