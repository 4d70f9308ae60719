// SPDX-License-Identifier: Apache-2.0
#include "http/h2_connection.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/log.h"
#include "base/loop.h"
#include "http/h2_exchange.h"
#include "http/scratch.h"

namespace cinnabar::http {
namespace {

/// Reads of one turn, so that others get theirs, and answers leave before their count is a flood.
constexpr int kReadsPerTurn = 4;
/// Frames that wait for a blocked socket: with more of them, nothing is read.
constexpr std::size_t kMaxWaitingFrames = 512;

// Resets: a client may cancel all of its streams at once, as a browser does when a tab closes, but
// opening and cancelling without end is an attack (CVE-2023-44487).
constexpr double kResetBurst = 200;
constexpr double kResetsPerSecond = 20;
// PING, SETTINGS, PRIORITY and empty DATA frames: each costs us an answer or a look, and nothing the client.
constexpr double kControlBurst = 1000;
constexpr double kControlPerSecond = 100;

}  // namespace

H2Connection::H2Connection(ConnectionContext& context, std::shared_ptr<Transport> transport,
                           std::string received)
    : context_(context),
      transport_(std::move(transport)),
      received_(std::move(received)),
      session_(make_h2_session(*this, context.limits)),
      head_(context.limits),
      resets_(kResetBurst + context.limits.h2_streams, kResetsPerSecond, steady_now()),
      control_frames_(kControlBurst, kControlPerSecond, steady_now()),
      started_(steady_now()),
      idle_since_(started_),
      last_received_(started_) {}

H2Connection::~H2Connection() {
  if (over_) return;
  // Dropped without shutdown(): handlers and observers must not be left with dead pointers.
  over_ = true;
  transport_->set_listener(nullptr);
  for (const auto& stream : streams_) stream->closed();
  deliver_notes();
  transport_->close(true);
}

void H2Connection::start() {
  const auto self = shared_from_this();
  transport_->set_listener(this);
  if (!session_) return finish(true);
  arm(started_ + context_.limits.header_timeout);
  const std::string received = std::exchange(received_, std::string());
  if (!receive(received)) return;
  deliver_notes();
  schedule_flush();
  read_more();
}

void H2Connection::shutdown() {
  const auto self = shared_from_this();
  if (!over_) say_goodbye(NGHTTP2_NO_ERROR);
}

void H2Connection::on_readable() {
  const auto self = shared_from_this();
  reading_ = false;
  if (over_) return;
  const std::span<char> buffer = read_scratch();
  bool gone = false;
  for (int i = 0; i < kReadsPerTurn; ++i) {
    const Transport::Outcome outcome = transport_->read(buffer);
    if (outcome.bytes > 0 && !receive({buffer.data(), outcome.bytes})) return;
    gone = outcome.status == Transport::Status::kEof || outcome.status == Transport::Status::kError;
    if (outcome.status != Transport::Status::kOk) break;
  }
  // Requests that came with the end are still handed on: a publisher may not wait for its answer.
  deliver_notes();
  if (over_) return;
  if (gone) return finish(false);
  schedule_flush();
  read_more();
}

bool H2Connection::receive(std::string_view bytes) {
  if (bytes.empty()) return true;
  last_received_ = steady_now();
  pinged_ = false;
  const ssize_t done =
      nghttp2_session_mem_recv(session(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (done >= 0) return true;
  const std::uint32_t error = h2_error_code(static_cast<int>(done));
  if (error == NGHTTP2_ENHANCE_YOUR_CALM) {
    log_info("HTTP/2 connection closed: flood of frames", {{"peer", transport_->peer()}});
  }
  say_goodbye(error);
  return false;
}

void H2Connection::read_more() {
  if (reading_ || over_) return;
  if (blocked_ && nghttp2_session_get_outbound_queue_size(session()) > kMaxWaitingFrames) return;
  reading_ = true;
  transport_->await_readable();
}

void H2Connection::schedule_flush() {
  if (flush_scheduled_ || over_) return;
  flush_scheduled_ = true;
  context_.loop.at_turn_end([self = shared_from_this()] { self->flush(); });
}

void H2Connection::flush() {
  const auto self = shared_from_this();
  flush_scheduled_ = false;
  if (over_) return;
  write_out();
  if (broken_) return finish(true);
  deliver_notes();
  if (over_) return;
  // After GOAWAY, theirs or ours, with nothing left to do.
  if (!blocked_ && !nghttp2_session_want_read(session()) && !nghttp2_session_want_write(session())) {
    return finish(false);
  }
  read_more();
}

void H2Connection::on_writable() {
  const auto self = shared_from_this();
  if (over_) return;
  blocked_ = false;
  write_out();
  if (!blocked_) {
    for (const auto& stream : streams_) stream->output_unblocked();
  }
  flush();
}

void H2Connection::write_out() {
  if (!unsent_.empty() && !blocked_) {
    unsent_.erase(0, send(unsent_));
    if (unsent_.empty()) std::string().swap(unsent_);
  }
  thread_local std::string scratch;  // its memory serves all connections of the thread
  while (!blocked_ && !broken_) {
    scratch.clear();
    out_ = &scratch;
    while (scratch.size() < kFlushBytes) {
      const std::uint8_t* bytes = nullptr;
      const ssize_t size = nghttp2_session_mem_send(session(), &bytes);
      if (size < 0) broken_ = true;
      if (size <= 0) break;
      scratch.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    }
    out_ = nullptr;
    const std::size_t sent = send(scratch);
    if (sent < scratch.size()) unsent_.assign(scratch, sent);
    if (scratch.size() < kFlushBytes) break;  // that was all
  }
}

std::size_t H2Connection::send(std::string_view bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const std::string_view rest = bytes.substr(sent);
    const iovec buffer = {const_cast<char*>(rest.data()), rest.size()};
    const Transport::Outcome outcome = transport_->write({&buffer, 1});
    sent += outcome.bytes;
    if (outcome.status == Transport::Status::kOk) continue;
    if (outcome.status == Transport::Status::kBlocked) {
      blocked_ = true;
      blocked_since_ = steady_now();
      arm(blocked_since_ + kStallTime);
      transport_->await_writable();
    } else {
      broken_ = true;
    }
    break;
  }
  return sent;
}

void H2Connection::note(H2Stream& stream) {
  if (std::exchange(stream.noted, true)) return;
  noted_.push_back(&stream);
}

void H2Connection::deliver_notes() {
  if (delivering_) return;  // an outer call goes on
  delivering_ = true;
  for (std::size_t i = 0; i < noted_.size(); ++i) {
    H2Stream& stream = *noted_[i];
    stream.noted = false;
    if (!stream.deliver()) remove(stream);
  }
  noted_.clear();
  delivering_ = false;
}

void H2Connection::remove(H2Stream& stream) {
  const std::size_t index = stream.index;
  streams_.back()->index = index;
  streams_[index].swap(streams_.back());
  streams_.pop_back();
  if (streams_.empty()) {
    streams_ = std::vector<std::unique_ptr<H2Stream>>();
    idle_since_ = steady_now();
    if (!over_) arm(idle_since_ + context_.limits.idle_timeout);
  }
}

void H2Connection::say_goodbye(std::uint32_t error) {
  if (nghttp2_session_terminate_session(session(), error) == 0) write_out();
  finish(blocked_ || broken_);
}

void H2Connection::finish(bool reset) {
  if (std::exchange(over_, true)) return;
  cancel();
  transport_->set_listener(nullptr);
  transport_->close(reset);
  for (const auto& stream : streams_) stream->closed();
  deliver_notes();
  context_.release(*this);
}

std::shared_ptr<Connection> make_h2_connection(ConnectionContext& context,
                                               std::shared_ptr<Transport> transport, std::string received) {
  return std::make_shared<H2Connection>(context, std::move(transport), std::move(received));
}

}  // namespace cinnabar::http
