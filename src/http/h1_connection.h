// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/timer_wheel.h"
#include "http/connection.h"
#include "http/h1_parser.h"

namespace cinnabar::http {

/// One HTTP/1 peer: reads a request, has it answered, reads the next (RFC 9112 section 9.3).
///
/// It is small, because ten thousand of them sit there as event streams: whatever only requests
/// need (parser, input, body) hangs in work_, which is freed when a stream opens and while idle.
/// Pipelined requests wait in the socket, or in work_ as far as they were read along.
///
/// Lifetime: the server holds it until release(); what calls in from outside (transport, timer,
/// exchange) holds it for the call. Threads: its loop. h1_body.cc has the
/// request bodies, h1_stream.cc the EventStream half.
class H1Connection final : public Connection,
                           public TransportListener,
                           public EventStream,
                           public Timer,
                           public std::enable_shared_from_this<H1Connection> {
 public:
  H1Connection(ConnectionContext& context, std::shared_ptr<Transport> transport, std::string received);
  ~H1Connection() override;
  H1Connection(const H1Connection&) = delete;
  H1Connection& operator=(const H1Connection&) = delete;

  void start() override;
  void shutdown() override;

  // For the exchange. They lead nowhere once the connection is over.
  bool awaits_answer() const { return state_ == State::kHandling; }
  void read_body(std::size_t limit, Exchange::BodyCallback done);
  void respond(Response response);
  EventStream* open_stream(Response head, StreamObserver& observer);

  // EventStream
  Outcome write(BufferSpan buffers) override;
  void close() override;
  void abort() override;

 private:
  enum class State : std::uint8_t {
    kIdle,          ///< no byte of a request yet
    kHead,          ///< some bytes of a head
    kHandling,      ///< the handler has the request; the body is read if it asked
    kSending,       ///< an ordinary response is on its way out
    kDiscarding,    ///< answered; what is left of the request body is thrown away
    kStreaming,     ///< an event stream, in the hands of its user
    kStreamEnding,  ///< its user has closed it; the rest is on its way out
    kClosed,
  };
  /// Of a body that the handler did not want, to keep the connection.
  static constexpr std::size_t kDiscardBytes = std::size_t{64} * 1024;

  enum class Sent { kAll, kWaits, kFailed };

  struct Work {
    std::string input;
    std::size_t consumed = 0;
    std::unique_ptr<H1Parser> parser;
    Exchange::BodyCallback on_body;  ///< set while the body is wanted
    std::string body;
    std::size_t limit = 0;
    std::uint64_t discarded = 0;
    bool body_broken = false;  ///< the rest of the body cannot be found

    std::string_view unread() const { return std::string_view(input).substr(consumed); }
  };
  struct Unsent {
    std::string bytes;
    std::size_t sent;
  };

  void on_readable() override;
  void on_writable() override;
  void on_timer() override;

  void advance();
  void advance_later();
  bool read_head();
  bool take_body();
  bool discard_body();
  bool wants_input() const;
  void await_input();
  void got_input(std::string_view bytes);
  void got_eof();
  void give_body(Result<std::string> body);
  void fail_body();
  bool stays_alive_after_answer() const;
  void answer_error(unsigned status);
  void send_answer(const Response& response);
  bool next_is_at_hand() const;
  void after_answer();
  void next_request();
  void finish(bool reset);

  Sent send(std::string bytes);
  Sent flush();
  void arm(Duration after);

  void stream_input(std::string_view bytes);
  void end_stream();
  void lose_stream(bool reset);
  std::string_view wire_bytes(const SharedBytes& buffer) const;

  ConnectionContext& context_;
  std::shared_ptr<Transport> transport_;
  std::unique_ptr<Work> work_;
  std::string corked_;  ///< within advance(): whole answers and heads that leave with what comes next
  std::unique_ptr<Unsent> unsent_;
  StreamObserver* observer_ = nullptr;
  SharedBytes partial_;  ///< the stream's buffer that went out only in part
  std::size_t partial_sent_ = 0;

  State state_ = State::kIdle;
  bool advancing_ = false;   ///< advance() is on the stack
  bool draining_ = false;    ///< on_writable() is to come
  bool user_waits_ = false;  ///< write() answered kBlocked
  bool keep_alive_ = false;
  bool http10_ = false;
  bool head_only_ = false;         ///< HEAD: no body in the answer
  bool continue_pending_ = false;  ///< the client waits for "100 Continue"
  bool last_chunk_due_ = false;
  std::uint32_t excess_ = 0;  ///< bytes that came while streaming
};

}  // namespace cinnabar::http
