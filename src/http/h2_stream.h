// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/exchange.h"

namespace cinnabar::http {

class H2Connection;
class H2Exchange;

/// One HTTP/2 stream: the way from nghttp2 to the Exchange of its request, and then its response.
/// An ordinary response is an event stream of one buffer that is closed at once.
///
/// What write() takes are handles of shared bytes; they are copied once, into the frame that
/// leaves. An idle event stream owns no memory but this struct and nghttp2's own.
///
/// User code is never called from within a call to it, nor from within nghttp2: what happens is
/// noted, and the connection calls deliver() when the stack is clear.
/// Lifetime: its connection's. It ends in deliver(), after closed(). Threads: its loop.
class H2Stream final : public EventStream {
 public:
  /// No more is taken while this many bytes wait, and on_writable() comes when no more than this.
  static constexpr std::size_t kHighWater = std::size_t{16} * 1024;
  static constexpr std::size_t kLowWater = std::size_t{4} * 1024;

  H2Stream(H2Connection& connection, std::int32_t id, bool head_request)
      : connection_(connection), id_(id), head_request_(head_request) {}

  // EventStream
  Outcome write(BufferSpan buffers) override;
  void close() override;
  void abort() override;

  // For H2Exchange.
  void respond(Response response);
  EventStream* open(const Response& head, StreamObserver& observer);
  /// The handler wants the body, of which `buffered` bytes have come.
  void begin_body(std::size_t buffered, bool send_continue);
  /// Nobody waits for the body any more.
  void end_body() { deadline_ = SteadyTime::max(); }
  void forget_exchange();

  // For nghttp2's callbacks: they only take notes.
  void accept(std::shared_ptr<H2Exchange> exchange);
  void refuse(unsigned status);
  void received_data(std::string_view bytes);
  void received_end();
  void sent_end();
  /// nghttp2 has forgotten the stream, or the connection is over.
  void closed();
  /// How much of at most `length` bytes may go into the next DATA frame, and whether it is the last.
  ssize_t next_data(std::size_t length, std::uint32_t& flags);
  void move_data(std::string& out, std::size_t length);

  // For the connection.
  /// Calls whom the notes concern. False: the stream is over, delete it.
  bool deliver();
  /// The wire has room again.
  void output_unblocked();
  void check_deadline(SteadyTime now);
  SteadyTime deadline() const { return deadline_; }

  std::size_t index = 0;  ///< its place in the connection's list
  bool noted = false;     ///< it waits for deliver()

 private:
  void submit_head(const Response& response, bool end, const std::string* content_length);
  void note();
  void wake();
  void consume();

  H2Connection& connection_;
  const std::int32_t id_;
  const bool head_request_;
  bool answered_ = false;
  bool ending_ = false;    ///< END_STREAM follows what is queued
  bool end_sent_ = false;  ///< END_STREAM has left
  bool aborted_ = false;   ///< RST_STREAM is on its way
  bool deferred_ = false;  ///< nghttp2 waits for resume
  bool blocked_ = false;   ///< on_writable() is owed
  bool remote_ended_ = false;
  bool closed_ = false;
  bool body_news_ = false;
  bool writable_ = false;
  bool timed_out_ = false;
  std::size_t unconsumed_ = 0;  ///< received bytes for which no new window was given
  std::size_t queued_ = 0;      ///< bytes in queue_ that are still to be sent
  std::size_t head_ = 0;        ///< the first buffer of queue_ that is still to be sent
  std::size_t offset_ = 0;      ///< bytes of that one that were sent
  std::vector<SharedBytes> queue_;
  H2Exchange* exchange_ = nullptr;
  std::shared_ptr<H2Exchange> fresh_;  ///< until the handler has been called
  StreamObserver* observer_ = nullptr;
  SteadyTime deadline_ = SteadyTime::max();  ///< of the body that is read, or of the answer that is sent
};

}  // namespace cinnabar::http
