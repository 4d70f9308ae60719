// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/exchange.h"
#include "hub/event_sink.h"
#include "hub/shard.h"

namespace cinnabar {

/// Joins a subscriber of the hub to its HTTP stream. Owned by the subscriber. Threads: its loop.
class StreamSink final : public EventSink, public http::StreamObserver {
 public:
  explicit StreamSink(Shard& shard) : shard_(shard) {}

  /// Before Shard::start(), once both sides exist.
  void join(Subscriber& subscriber, http::EventStream& stream) {
    subscriber_ = &subscriber;
    stream_ = &stream;
  }

  Outcome write(BufferSpan buffers) override {
    const http::EventStream::Outcome outcome = stream_->write(buffers);
    switch (outcome.state) {
      case http::EventStream::State::kReady: return {outcome.taken, State::kReady};
      case http::EventStream::State::kBlocked: return {outcome.taken, State::kBlocked};
      case http::EventStream::State::kClosed: break;
    }
    return {outcome.taken, State::kClosed};
  }
  void close() override { stream_->close(); }
  void abort() override { stream_->abort(); }

  void on_writable() override { shard_.on_writable(*subscriber_); }
  void on_closed() override { shard_.remove(*subscriber_, StreamEnd::kClientGone); }

 private:
  Shard& shard_;
  Subscriber* subscriber_ = nullptr;
  http::EventStream* stream_ = nullptr;
};

}  // namespace cinnabar
