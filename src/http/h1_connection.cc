// SPDX-License-Identifier: Apache-2.0
#include "http/h1_connection.h"

#include <algorithm>
#include <utility>

#include "base/loop.h"
#include "http/h1_exchange.h"
#include "http/h1_head.h"
#include "http/scratch.h"

namespace cinnabar::http {
namespace {

constexpr std::size_t kCorkBytes = std::size_t{64} * 1024;
constexpr int kReadsPerTurn = 16;  // then other connections get theirs
constexpr std::size_t kSlowestBytesPerSecond = std::size_t{16} * 1024;

}  // namespace

std::shared_ptr<Connection> make_h1_connection(ConnectionContext& context,
                                               std::shared_ptr<Transport> transport, std::string received) {
  return std::make_shared<H1Connection>(context, std::move(transport), std::move(received));
}

H1Connection::H1Connection(ConnectionContext& context, std::shared_ptr<Transport> transport,
                           std::string received)
    : context_(context), transport_(std::move(transport)) {
  if (!received.empty()) {
    work_ = std::make_unique<Work>();
    work_->input = std::move(received);
  }
  transport_->set_listener(this);
}

H1Connection::~H1Connection() { transport_->set_listener(nullptr); }

void H1Connection::start() {
  const auto self = shared_from_this();
  advance();
}

void H1Connection::shutdown() {
  const auto self = shared_from_this();
  if (state_ == State::kClosed) return;
  if (state_ == State::kStreaming) {
    lose_stream(true);
  } else {
    finish(true);
  }
}

void H1Connection::arm(Duration after) { context_.loop.timers().schedule(*this, steady_now() + after); }

/// Ends the connection. Nothing may be touched afterwards unless the caller holds a reference.
void H1Connection::finish(bool reset) {
  if (state_ == State::kClosed) return;
  const auto self = shared_from_this();
  state_ = State::kClosed;
  cancel();
  transport_->close(reset);
  unsent_.reset();
  partial_ = SharedBytes();
  fail_body();
  work_.reset();
  context_.release(*this);
}

// ---- input

bool H1Connection::wants_input() const {
  switch (state_) {
    case State::kIdle:
    case State::kHead:
    case State::kDiscarding:
    case State::kStreaming:
    case State::kStreamEnding: return true;
    case State::kHandling: return work_ && work_->on_body;
    case State::kSending:
    case State::kClosed: return false;
  }
  return false;
}

void H1Connection::await_input() {
  if (wants_input()) transport_->await_readable();
}

void H1Connection::on_readable() {
  const auto self = shared_from_this();
  for (int reads = 0; reads < kReadsPerTurn && wants_input(); ++reads) {
    const auto scratch = read_scratch();
    const auto [bytes, status] = transport_->read(scratch);
    if (bytes > 0) got_input({scratch.data(), bytes});
    if (status == Transport::Status::kEof || status == Transport::Status::kError) {
      if (state_ != State::kClosed) got_eof();
      return;
    }
    // A read that did not fill the buffer has most likely emptied the socket.
    if (status == Transport::Status::kBlocked || bytes < scratch.size()) break;
  }
  await_input();
}

void H1Connection::got_input(std::string_view bytes) {
  if (state_ == State::kStreaming || state_ == State::kStreamEnding) {
    stream_input(bytes);
    return;
  }
  if (!work_) work_ = std::make_unique<Work>();
  work_->input.append(bytes);
  advance();
}

void H1Connection::got_eof() {
  if (state_ == State::kStreaming) {
    lose_stream(false);
  } else {
    finish(false);  // a body that is being read gets kClosed
  }
}

/// Takes as many steps as the input allows. Answers given meanwhile only change the state, so
/// that pipelined requests do not nest.
void H1Connection::advance() {
  if (advancing_) return;
  advancing_ = true;
  bool more = true;
  while (more) {
    switch (state_) {
      case State::kIdle:
      case State::kHead: more = read_head(); break;
      case State::kHandling: more = take_body(); break;
      case State::kDiscarding: more = discard_body(); break;
      default: more = false;
    }
  }
  advancing_ = false;
  // The request that was at hand is not whole, or is answered later.
  if (!corked_.empty() && state_ != State::kClosed && send({}) == Sent::kFailed) {
    if (observer_) return lose_stream(true);
    return finish(true);
  }
  await_input();
}

bool H1Connection::read_head() {
  if (!work_ || work_->unread().empty()) {
    work_.reset();
    if (state_ == State::kIdle && !scheduled()) arm(context_.limits.idle_timeout);
    return false;
  }
  if (state_ == State::kIdle) {
    state_ = State::kHead;
    arm(context_.limits.header_timeout);  // not moved by later bytes: slow drips get 408 too
  }
  if (!work_->parser) work_->parser = std::make_unique<H1Parser>(context_.limits);
  H1Parser& parser = *work_->parser;
  std::size_t consumed = 0;
  switch (parser.head(work_->unread(), consumed)) {
    case H1Parser::Progress::kMore: return false;
    case H1Parser::Progress::kRefused: answer_error(parser.status()); return false;
    case H1Parser::Progress::kDone: break;
  }
  cancel();
  work_->consumed += consumed;
  state_ = State::kHandling;
  Request& request = parser.request();
  keep_alive_ = parser.keep_alive();
  http10_ = request.version == Version::kHttp10;
  head_only_ = request.method == "HEAD";
  continue_pending_ = parser.expects_continue() && work_->unread().empty();
  request.tls = transport_->is_tls();
  request.peer = transport_->peer();
  const ExchangePtr exchange =
      std::make_shared<H1Exchange>(std::move(request), context_.loop, weak_from_this());
  context_.handler(exchange);
  return true;  // work_ may be gone
}

// ---- answers

/// Whether another request can be found behind this one, at a bearable cost.
bool H1Connection::stays_alive_after_answer() const {
  if (!keep_alive_ || work_->body_broken) return false;
  const H1Parser& parser = *work_->parser;
  if (parser.complete()) return true;
  // A client that waits for 100 may or may not send the body now (RFC 9110 section 10.1.1).
  if (continue_pending_) return false;
  return parser.content_length() - std::min(parser.body_bytes(), parser.content_length()) <= kDiscardBytes;
}

void H1Connection::respond(Response response) {
  if (state_ != State::kHandling) return;
  const auto self = shared_from_this();
  keep_alive_ = stays_alive_after_answer();
  work_->on_body = nullptr;
  cancel();
  send_answer(response);
}

/// Answers what never became a request, and ends the connection: its framing is not to be trusted.
void H1Connection::answer_error(unsigned status) {
  keep_alive_ = false;
  cancel();
  send_answer(text_response(status));
}

void H1Connection::send_answer(const Response& response) {
  H1HeadFields fields;
  // HEAD without a body stands for a stream, whose length nobody knows (RFC 9110 section 8.6).
  fields.with_length = !(head_only_ && response.body.empty());
  fields.length = response.body.size();
  if (!keep_alive_) {
    fields.connection = "close";
  } else if (http10_) {
    fields.connection = "keep-alive";
  }
  std::string bytes = h1_head(response, context_.common_headers, fields);
  const bool bodiless =
      head_only_ || response.status < 200 || response.status == 204 || response.status == 304;
  if (!bodiless) bytes += response.body;
  state_ = State::kSending;
  if (next_is_at_hand() && corked_.size() < kCorkBytes) {
    corked_ += bytes;
    after_answer();
    return;
  }
  const std::size_t size = bytes.size();
  switch (send(std::move(bytes))) {
    case Sent::kAll: after_answer(); break;
    case Sent::kWaits:
      // Once, not moved by progress: a client that sips cannot hold the response for ever.
      arm(context_.limits.body_timeout + std::chrono::seconds(size / kSlowestBytesPerSecond));
      break;
    case Sent::kFailed: finish(true); break;
  }
}

/// Whether there is input behind this request that is looked at in this turn: then this answer and those that
/// follow can go out in one call.
bool H1Connection::next_is_at_hand() const { return advancing_ && keep_alive_ && !work_->unread().empty(); }

void H1Connection::after_answer() {
  cancel();
  if (!keep_alive_) {
    finish(false);
    return;
  }
  if (work_->parser->complete()) {
    next_request();
  } else {
    state_ = State::kDiscarding;
    arm(context_.limits.body_timeout);
  }
  if (!advancing_) advance_later();
}

/// Goes on with input at hand when the caller, a handler or the user of a stream, has returned.
void H1Connection::advance_later() {
  if (work_ && !work_->unread().empty()) {
    context_.loop.at_turn_end([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->advance();
    });
  } else {
    advance();
  }
}

/// Forgets the request that is done with; unread input is the next one's.
void H1Connection::next_request() {
  state_ = State::kIdle;
  head_only_ = continue_pending_ = false;
  cancel();
  if (!work_) return;
  if (work_->unread().empty()) {
    work_.reset();
    return;
  }
  Work next;
  next.input = std::move(work_->input);
  next.consumed = work_->consumed;
  // Not with each of many pipelined requests: that would be quadratic.
  if (next.consumed > next.input.size() / 2) {
    next.input.erase(0, next.consumed);
    next.consumed = 0;
  }
  *work_ = std::move(next);
}

// ---- output

/// Sends what the wire takes and keeps the rest, behind what is already kept.
H1Connection::Sent H1Connection::send(std::string bytes) {
  if (!corked_.empty()) bytes.insert(0, std::exchange(corked_, {}));
  if (draining_) {
    if (!unsent_) unsent_ = std::make_unique<Unsent>();
    unsent_->bytes += bytes;
    return Sent::kWaits;
  }
  unsent_ = std::make_unique<Unsent>(Unsent{std::move(bytes), 0});
  return flush();
}

/// Goes on with what is kept: bytes of ours, then the stream's partial buffer.
H1Connection::Sent H1Connection::flush() {
  draining_ = false;
  while (unsent_ || partial_) {
    const std::string_view rest = unsent_ ? std::string_view(unsent_->bytes).substr(unsent_->sent)
                                          : wire_bytes(partial_).substr(partial_sent_);
    const iovec buffer{const_cast<char*>(rest.data()), rest.size()};
    const auto [sent, status] = transport_->write({&buffer, 1});
    if (status == Transport::Status::kError || status == Transport::Status::kEof) return Sent::kFailed;
    if (unsent_) {
      unsent_->sent += sent;
      if (sent == rest.size()) unsent_.reset();
    } else {
      partial_sent_ += sent;
      if (sent == rest.size()) partial_ = SharedBytes();
    }
    if (status == Transport::Status::kBlocked || sent < rest.size()) {
      draining_ = true;
      transport_->await_writable();
      return Sent::kWaits;
    }
  }
  return Sent::kAll;
}

void H1Connection::on_writable() {
  const auto self = shared_from_this();
  switch (flush()) {
    case Sent::kWaits: return;
    case Sent::kFailed:
      if (state_ == State::kStreaming) {
        lose_stream(true);
      } else {
        finish(true);
      }
      return;
    case Sent::kAll: break;
  }
  if (state_ == State::kSending) {
    after_answer();
  } else if (state_ == State::kStreamEnding) {
    end_stream();
  } else if (state_ == State::kStreaming && std::exchange(user_waits_, false)) {
    observer_->on_writable();
  }
}

void H1Connection::on_timer() {
  const auto self = shared_from_this();
  switch (state_) {
    case State::kHead: answer_error(408); break;
    case State::kHandling:
      if (!work_->on_body) break;
      work_->body_broken = true;
      give_body(Error{ErrorCode::kTimeout, "the body did not arrive in time"});
      break;
    case State::kIdle:
    case State::kDiscarding: finish(false); break;
    case State::kSending:
    case State::kStreamEnding:
      finish(true);  // the client does not read
      break;
    case State::kStreaming:
    case State::kClosed: break;
  }
}

}  // namespace cinnabar::http
