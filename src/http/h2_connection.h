// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/timer_wheel.h"
#include "http/connection.h"
#include "http/h2_guard.h"
#include "http/h2_request.h"
#include "http/h2_session.h"
#include "http/h2_stream.h"

namespace cinnabar::http {

/// One peer that speaks HTTP/2 (RFC 9113): moves bytes between the transport and an nghttp2
/// session, and owns the streams.
///
/// What all streams want to send leaves once a loop turn, in one write. Nothing but a partly
/// written flush is ever buffered, and while the socket does not take it, nothing more is asked
/// of nghttp2, streams take nothing, and at some point nothing more is read.
///
/// User code is called from deliver_notes() only, when no nghttp2 function is on the stack.
/// Lifetime: the server's, until release; the session and its memory until destruction.
/// Threads: its loop.
class H2Connection final : public Connection,
                           public TransportListener,
                           public std::enable_shared_from_this<H2Connection>,
                           private Timer {
 public:
  /// A peer that takes nothing for this long while we have something for it is dropped.
  static constexpr Duration kStallTime = std::chrono::seconds(30);

  /// What is collected for one write. Less would cost system calls, more would cost memory.
  static constexpr std::size_t kFlushBytes = std::size_t{64} * 1024;

  H2Connection(ConnectionContext& context, std::shared_ptr<Transport> transport, std::string received);
  ~H2Connection() override;

  void start() override;
  void shutdown() override;
  void on_readable() override;
  void on_writable() override;

  // For H2Stream.
  ConnectionContext& context() const { return context_; }
  nghttp2_session* session() const { return session_.get(); }
  bool output_blocked() const { return blocked_; }
  /// Sends what nghttp2 has at the end of this loop turn.
  void schedule_flush();
  /// `stream` has something to deliver.
  void note(H2Stream& stream);
  /// Makes sure that deadlines are looked at when `due` has come.
  void arm(SteadyTime due);

  // nghttp2's callbacks, which return 0 or one of its errors.
  int on_begin_headers(const nghttp2_frame& frame);
  int on_header(std::string_view name, std::string_view value);
  int on_frame(const nghttp2_frame& frame);
  int on_suspicious_reset();
  int on_data(std::int32_t id, std::string_view bytes);
  int on_stream_close(std::int32_t id, std::uint32_t error);
  int on_frame_sent(const nghttp2_frame& frame);
  int on_frame_not_sent(const nghttp2_frame& frame);
  int on_send_data(const char* frame_head, std::size_t length, H2Stream& stream);

 private:
  void on_timer() override;
  SteadyTime next_deadline() const;
  SteadyTime silence_deadline() const;

  H2Stream* find(std::int32_t id) const;
  void begin_request(std::int32_t id);
  bool count_control_frame();

  bool receive(std::string_view bytes);
  void read_more();
  void write_out();
  void flush();
  std::size_t send(std::string_view bytes);
  void deliver_notes();
  void remove(H2Stream& stream);

  /// GOAWAY with `error`, as far as the socket takes it now, then finish().
  void say_goodbye(std::uint32_t error);
  /// Ends everything: the last thing a function of this class may do.
  void finish(bool reset);

  ConnectionContext& context_;
  std::shared_ptr<Transport> transport_;
  std::string received_;  ///< by protocol detection, until start()
  std::string unsent_;    ///< what the socket did not take
  H2Session session_;
  H2RequestBuilder head_;
  FloodGuard resets_;
  FloodGuard control_frames_;
  std::vector<std::unique_ptr<H2Stream>> streams_;
  std::vector<H2Stream*> noted_;
  std::string* out_ = nullptr;  ///< where a flush collects its bytes, while it runs

  SteadyTime started_;
  SteadyTime idle_since_;
  SteadyTime last_received_;
  SteadyTime headers_since_;
  SteadyTime blocked_since_;
  SteadyTime armed_for_ = SteadyTime::max();
  bool greeted_ = false;     ///< the client's preface and SETTINGS have come
  bool in_headers_ = false;  ///< a header block is incomplete
  bool pinged_ = false;      ///< since last_received_
  bool reading_ = false;     ///< on_readable() will come
  bool blocked_ = false;     ///< on_writable() will come
  bool broken_ = false;      ///< the transport failed
  bool flush_scheduled_ = false;
  bool delivering_ = false;
  bool over_ = false;
};

}  // namespace cinnabar::http
