// SPDX-License-Identifier: Apache-2.0
// The times an HTTP/2 connection keeps. One timer looks at all of them: it is set for the earliest,
// and when it fires, what has moved meanwhile is simply not due.
#include <algorithm>
#include <utility>

#include "base/loop.h"
#include "http/h2_connection.h"

namespace cinnabar::http {

void H2Connection::arm(SteadyTime due) {
  if (over_ || due >= armed_for_) return;
  armed_for_ = due;
  context_.loop.timers().schedule(*this, due);
}

/// When the peer has been silent for too long: for half of peer_timeout, and then, after our PING,
/// for the other half.
SteadyTime H2Connection::silence_deadline() const {
  const Duration limit = context_.limits.peer_timeout;
  return last_received_ + (pinged_ ? limit : limit / 2);
}

SteadyTime H2Connection::next_deadline() const {
  const ServerLimits& limits = context_.limits;
  SteadyTime next = streams_.empty() ? idle_since_ + limits.idle_timeout : silence_deadline();
  if (!greeted_) next = std::min(next, started_ + limits.header_timeout);
  if (in_headers_) next = std::min(next, headers_since_ + limits.header_timeout);
  if (blocked_) next = std::min(next, blocked_since_ + kStallTime);
  for (const auto& stream : streams_) next = std::min(next, stream->deadline());
  return next;
}

void H2Connection::on_timer() {
  const auto self = shared_from_this();
  const SteadyTime now = steady_now();
  const ServerLimits& limits = context_.limits;
  armed_for_ = SteadyTime::max();

  if (blocked_ && now >= blocked_since_ + kStallTime) return finish(true);
  const bool slow_head = (!greeted_ && now >= started_ + limits.header_timeout) ||
                         (in_headers_ && now >= headers_since_ + limits.header_timeout);
  const bool idle = streams_.empty() && now >= idle_since_ + limits.idle_timeout;
  if (slow_head || idle) return say_goodbye(NGHTTP2_NO_ERROR);

  if (!streams_.empty() && now >= silence_deadline()) {
    if (std::exchange(pinged_, true)) return finish(true);
    nghttp2_submit_ping(session(), NGHTTP2_FLAG_NONE, reinterpret_cast<const std::uint8_t*>("cinnabar"));
    schedule_flush();
  }
  for (const auto& stream : streams_) stream->check_deadline(now);
  deliver_notes();
  arm(next_deadline());
}

}  // namespace cinnabar::http
