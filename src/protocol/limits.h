// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace cinnabar {

/// LIM-1 to LIM-10, COMPAT-8, COMPAT-19. 0 means no limit. Exactly the limit passes.
struct ProtocolLimits {
  std::size_t matchers_per_request = 100;         // LIM-1
  std::size_t pattern_bytes = 4096;               // LIM-2
  std::size_t body_bytes = std::size_t{1} << 20;  // LIM-3
  std::size_t topics_per_update = 1000;           // LIM-4
  std::size_t topic_bytes = 4096;                 // LIM-5
  std::size_t id_bytes = 1024;                    // LIM-6
  std::size_t type_bytes = 256;                   // LIM-6
  std::size_t retry_bytes = 18;                   // LIM-6
  std::size_t details_per_token = 100;            // LIM-8
  std::size_t matchers_per_token = 100;           // LIM-9
  std::size_t token_pattern_bytes = 4096;         // LIM-10
  std::size_t selectors_per_request = 1000;       // COMPAT-8
  std::size_t selectors_per_token = 1000;         // COMPAT-19, in each of its two arrays
};

}  // namespace cinnabar
