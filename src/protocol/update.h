// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cinnabar {

/// Who an update is of, and what it says about the hub itself.
enum class UpdateKind : std::uint8_t {
  kPublished,            ///< a publisher's
  kSubscriptionStarted,  ///< the hub's: the subscription that is the topic has begun (ACT-1)
  kSubscriptionEnded,    ///< the hub's: it is over
};

/// One message to publish, as the publisher gave it and validated by
/// parse_publish(). `id` is never empty once it is handed to a journal.
struct Update {
  std::vector<std::string> topics;  ///< the first is canonical, the others alternate (PUB-4)
  std::string data;                 ///< opaque UTF-8 (PUB-11)
  std::string id;
  std::string type;   ///< SSE event name; empty: none (PUB-17)
  std::string retry;  ///< ASCII digits as sent; empty: none (PUB-19)
  bool is_private = false;
  UpdateKind kind = UpdateKind::kPublished;
};

}  // namespace cinnabar
