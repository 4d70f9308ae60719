// SPDX-License-Identifier: Apache-2.0
// The EventStream half of H1Connection: after the head it needs no parser and no buffer.
#include <algorithm>
#include <array>
#include <utility>

#include "http/h1_connection.h"
#include "http/h1_head.h"

namespace cinnabar::http {
namespace {

constexpr std::size_t kBuffersPerCall = 64;
constexpr std::uint32_t kExcessBytes = 16 * 1024;  // what a client may send ahead while it is streamed to
constexpr Duration kEndTime = std::chrono::seconds(10);  // for a closed stream's rest to leave

}  // namespace

/// What one buffer is on this wire: HTTP/1.0 has no chunks, its body ends with the connection.
std::string_view H1Connection::wire_bytes(const SharedBytes& buffer) const {
  return http10_ ? buffer.body() : buffer.chunked();
}

EventStream* H1Connection::open_stream(Response head, StreamObserver& observer) {
  if (state_ != State::kHandling) return nullptr;
  const auto self = shared_from_this();
  cancel();
  keep_alive_ = keep_alive_ && !http10_ && work_->parser->complete();
  H1HeadFields fields;
  fields.chunked = !http10_;
  fields.connection = keep_alive_ ? "keep-alive" : "close";  // SUB-24 wants it spelt

  std::string ahead(work_->unread());
  work_.reset();
  state_ = State::kStreaming;
  excess_ = 0;
  user_waits_ = false;
  if (!ahead.empty()) stream_input(ahead);
  if (state_ != State::kStreaming) return nullptr;
  std::string bytes = h1_head(head, context_.common_headers, fields);
  if (advancing_) {
    corked_ += bytes;  // leaves with the stream's first bytes, which are likely to come at once
  } else if (send(std::move(bytes)) == Sent::kFailed) {
    finish(true);
    return nullptr;
  }
  observer_ = &observer;
  await_input();
  return this;
}

/// A client that pipelines behind a stream is kept waiting, not buffered for without bound.
void H1Connection::stream_input(std::string_view bytes) {
  if (bytes.size() > kExcessBytes - excess_) {
    if (observer_) {
      lose_stream(true);
    } else {
      finish(true);
    }
    return;
  }
  excess_ += static_cast<std::uint32_t>(bytes.size());
  if (!keep_alive_) return;  // the rest of an unread body, or a request that will not be answered
  if (!work_) work_ = std::make_unique<Work>();
  work_->input.append(bytes);
}

EventStream::Outcome H1Connection::write(BufferSpan buffers) {
  if (state_ != State::kStreaming) return {0, EventStream::State::kClosed};
  if (head_only_) return {buffers.size(), EventStream::State::kReady};
  if (draining_) {
    user_waits_ = true;
    return {0, EventStream::State::kBlocked};
  }
  std::size_t taken = 0;
  while (taken < buffers.size()) {
    std::array<iovec, kBuffersPerCall + 1> calls;  // the first for what is corked
    iovec* const batch = calls.data() + 1;
    const std::size_t count = std::min(kBuffersPerCall, buffers.size() - taken);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view wire = wire_bytes(*buffers[taken + i]);
      batch[i] = {const_cast<char*>(wire.data()), wire.size()};
    }
    const std::size_t corked = corked_.size();
    calls[0] = {corked_.data(), corked};
    auto [bytes, status] = transport_->write({corked > 0 ? calls.data() : batch, count + (corked > 0)});
    if (status == Transport::Status::kError || status == Transport::Status::kEof) {
      observer_ = nullptr;
      finish(true);
      return {taken, EventStream::State::kClosed};
    }
    if (bytes < corked) {
      unsent_ = std::make_unique<Unsent>(Unsent{std::exchange(corked_, {}), bytes});
      draining_ = user_waits_ = true;
      transport_->await_writable();
      return {taken, EventStream::State::kBlocked};
    }
    bytes -= corked;
    if (corked > 0) std::string().swap(corked_);  // an assignment would keep its memory
    std::size_t whole = 0;
    while (whole < count && bytes >= batch[whole].iov_len) bytes -= batch[whole++].iov_len;
    taken += whole;
    if (bytes > 0) {
      partial_ = *buffers[taken++];
      partial_sent_ = bytes;
    }
    if (whole < count || status == Transport::Status::kBlocked) {
      draining_ = user_waits_ = true;
      transport_->await_writable();
      return {taken, EventStream::State::kBlocked};
    }
  }
  return {taken, EventStream::State::kReady};
}

void H1Connection::close() {
  const auto self = shared_from_this();
  observer_ = nullptr;
  state_ = State::kStreamEnding;
  last_chunk_due_ = !http10_ && !head_only_;
  if (draining_) {
    arm(kEndTime);
  } else {
    end_stream();
  }
}

/// All that was taken is out: the last chunk, then the next request or the end.
void H1Connection::end_stream() {
  if (std::exchange(last_chunk_due_, false)) {
    switch (send("0\r\n\r\n")) {
      case Sent::kAll: break;
      case Sent::kWaits:
        if (!scheduled()) arm(kEndTime);
        return;
      case Sent::kFailed: finish(true); return;
    }
  }
  if (!keep_alive_) {
    finish(false);
    return;
  }
  next_request();
  advance_later();
}

void H1Connection::abort() {
  observer_ = nullptr;
  finish(true);
}

/// The client has left (CONN-7), or is thrown out.
void H1Connection::lose_stream(bool reset) {
  const auto self = shared_from_this();
  StreamObserver* const observer = std::exchange(observer_, nullptr);
  finish(reset);
  if (observer) observer->on_closed();
}

}  // namespace cinnabar::http
