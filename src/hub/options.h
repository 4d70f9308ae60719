// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

#include "base/clock.h"
#include "protocol/hub_url.h"

namespace cinnabar {

/// The hub's path, lifetimes of a subscriber's connection (section CONN), and the size of each shard's ring.
/// A duration of 0 disables what it governs.
struct HubOptions {
  Duration heartbeat = std::chrono::seconds(40);        ///< idle time before a comment is sent (CONN-1)
  Duration write_timeout = std::chrono::seconds(600);   ///< longest life of a connection (CONN-2)
  Duration dispatch_timeout = std::chrono::seconds(5);  ///< time without progress before a close (CONN-5)
  bool subscriptions = false;                           ///< announce who subscribes (section ACT)
  Duration presence_grace{0};                           ///< before a subscriber who may return has left
  HubPath path;                                         ///< what relative topics are relative to
  std::size_t ring_events = 4096;
  std::size_t ring_bytes = std::size_t{8} << 20;
};

}  // namespace cinnabar
