// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "http/exchange.h"

namespace cinnabar::http {

class H2Stream;

/// The request of one HTTP/2 stream, its body while it arrives, and the way to answer it.
///
/// It and its H2Stream know each other by plain pointers, which whoever ends first clears: the
/// stream when it closes, the exchange when it has been answered or dropped.
/// Lifetime: the handler's. Threads: its loop; the last reference may be dropped on any thread.
class H2Exchange final : public Exchange {
 public:
  /// REQUIRES: the caller stores the exchange in `stream`, too.
  static std::shared_ptr<H2Exchange> create(Request request, Loop& loop, H2Stream& stream);
  ~H2Exchange() override;
  H2Exchange(const H2Exchange&) = delete;
  H2Exchange& operator=(const H2Exchange&) = delete;

  const Request& request() const override { return request_; }
  Loop& loop() const override { return loop_; }
  void read_body(std::size_t limit, BodyCallback done) override;
  void respond(Response response) override;
  EventStream* open_stream(Response head, StreamObserver& observer) override;

  // For H2Stream. The first two never call the handler; they answer whether a call of progress() is due.

  /// A piece of the body has come. `consumed`: the sender may be given as much new window.
  bool add_body(std::string_view bytes, bool& consumed);
  /// The body is complete.
  bool end_body();
  /// Tells the handler, if it waits, what has become known about the body. May destroy the exchange.
  void progress();
  /// The body took too long. May destroy the exchange.
  void time_out();
  /// The stream is no more. May destroy the exchange.
  void close();

 private:
  H2Exchange(Request request, Loop& loop, H2Stream& stream)
      : request_(std::move(request)), loop_(loop), stream_(&stream) {}

  bool too_large() const { return limit_ != 0 && body_.size() > limit_; }
  void fail(ErrorCode code, const char* detail);
  H2Stream* detach();

  Request request_;
  Loop& loop_;
  H2Stream* stream_;
  std::string body_;
  BodyCallback done_;
  std::size_t limit_ = 0;
  bool ended_ = false;
  bool discard_ = false;  ///< nobody wants the rest of the body
};

}  // namespace cinnabar::http
