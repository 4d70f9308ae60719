// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "base/shared_bytes.h"

namespace cinnabar {

/// A subscriber's wire, as the hub sees it. Implemented by api/ over an HTTP stream.
/// Threads: the subscriber's loop only.
class EventSink {
 public:
  enum class State { kReady, kBlocked, kClosed };
  struct Outcome {
    std::size_t taken;  ///< how many of the buffers, from the first, the sink now owns or has sent
    State state;        ///< kBlocked: Subscriber::on_writable() will follow; kClosed: gone for good
  };

  virtual ~EventSink() = default;
  /// Tries to send, in order, without waiting. Never calls back from within.
  virtual Outcome write(BufferSpan buffers) = 0;
  /// Ends the stream cleanly (CONN-4). The sink is not used afterwards.
  virtual void close() = 0;
  /// Ends a stream whose peer does not read: nothing more is sent. Not used afterwards.
  virtual void abort() = 0;
};

}  // namespace cinnabar
