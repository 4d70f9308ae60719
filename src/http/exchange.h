// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/shared_bytes.h"
#include "http/message.h"

namespace cinnabar {
class Loop;
}

namespace cinnabar::http {

/// Told about the end and the room of an EventStream. Called on the stream's loop, never from
/// within a call to the stream.
class StreamObserver {
 public:
  virtual void on_writable() = 0;
  /// The client is gone. The stream is no more; no call follows.
  virtual void on_closed() = 0;

 protected:
  ~StreamObserver() = default;
};

/// A response body that is sent piece by piece over any wire, with backpressure. After the head
/// has been sent it costs no parser, no coroutine and no buffer.
///
/// Lifetime: from Exchange::open_stream() until close(), abort(), on_closed(), or a write() that
/// answers kClosed; the pointer is dead after any of them (and no on_closed() follows the first
/// two and the last). Threads: its loop.
class EventStream {
 public:
  enum class State { kReady, kBlocked, kClosed };
  struct Outcome {
    std::size_t taken;  ///< buffers, from the first, that were sent or are now the stream's to send
    State state;        ///< kBlocked: on_writable() follows once there is room again
  };

  /// Sends at once what the wire takes: one system call for all buffers where the wire allows it.
  virtual Outcome write(BufferSpan buffers) = 0;
  /// Ends the body cleanly (last chunk, END_STREAM), after what was taken.
  virtual void close() = 0;
  /// Drops the stream: what was taken but not sent is lost (RST, RST_STREAM).
  virtual void abort() = 0;

 protected:
  ~EventStream() = default;
};

/// One request and the way to answer it, the same for HTTP/1.1 and HTTP/2. The handler gets it
/// when the head is complete, before the body is read, and may keep it across threads' posts;
/// each function is called on loop() only. If the client goes away meanwhile, answers lead
/// nowhere. An exchange dropped without an answer sends 500.
class Exchange {
 public:
  /// The body, or kTooLarge, kTimeout, kClosed (client gone), kInvalid (bad framing).
  using BodyCallback = std::function<void(Result<std::string>)>;

  virtual ~Exchange() = default;

  virtual const Request& request() const = 0;
  virtual Loop& loop() const = 0;

  /// Reads the whole body, at most `limit` bytes (0: no limit); sends "100 Continue" first if the
  /// client waits for it. The callback may run within the call. An answer given without reading
  /// the body makes the server discard or cut it off, as the wire allows. Call at most once.
  virtual void read_body(std::size_t limit, BodyCallback done) = 0;

  /// Sends the whole response (without body for HEAD). Once, instead of open_stream().
  virtual void respond(Response response) = 0;

  /// Sends the head, `body` of `head` being ignored, and turns the exchange into a stream.
  /// nullptr: the client is gone already.
  virtual EventStream* open_stream(Response head, StreamObserver& observer) = 0;
};

using ExchangePtr = std::shared_ptr<Exchange>;
using Handler = std::function<void(const ExchangePtr&)>;

}  // namespace cinnabar::http
