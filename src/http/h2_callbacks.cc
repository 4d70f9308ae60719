// SPDX-License-Identifier: Apache-2.0
// What an HTTP/2 connection does on nghttp2's callbacks: takes notes, and counts what could be a flood.
#include <utility>

#include "http/h2_connection.h"
#include "http/h2_exchange.h"

namespace cinnabar::http {

H2Stream* H2Connection::find(std::int32_t id) const {
  return static_cast<H2Stream*>(nghttp2_session_get_stream_user_data(session(), id));
}

int H2Connection::on_begin_headers(const nghttp2_frame& frame) {
  in_headers_ = true;
  headers_since_ = last_received_;
  arm(headers_since_ + context_.limits.header_timeout);
  head_.begin(frame.headers.cat == NGHTTP2_HCAT_REQUEST);
  return 0;
}

int H2Connection::on_header(std::string_view name, std::string_view value) {
  return head_.add(name, value) ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

int H2Connection::on_frame(const nghttp2_frame& frame) {
  const std::int32_t id = frame.hd.stream_id;
  switch (frame.hd.type) {
    case NGHTTP2_HEADERS:
      in_headers_ = false;
      if (frame.headers.cat == NGHTTP2_HCAT_REQUEST) begin_request(id);
      break;
    case NGHTTP2_DATA:
      if (frame.hd.length == 0 && (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) == 0 && !count_control_frame()) {
        return NGHTTP2_ERR_CALLBACK_FAILURE;
      }
      break;
    case NGHTTP2_RST_STREAM: return on_suspicious_reset();
    case NGHTTP2_SETTINGS: greeted_ = true; [[fallthrough]];
    case NGHTTP2_PING:
      // An acknowledgement answers one of ours.
      if ((frame.hd.flags & NGHTTP2_FLAG_ACK) == 0 && !count_control_frame())
        return NGHTTP2_ERR_CALLBACK_FAILURE;
      break;
    case NGHTTP2_PRIORITY:
      if (!count_control_frame()) return NGHTTP2_ERR_CALLBACK_FAILURE;
      break;
    default: break;
  }
  if (frame.hd.type == NGHTTP2_HEADERS || frame.hd.type == NGHTTP2_DATA) {
    H2Stream* stream = find(id);
    if (stream && (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) stream->received_end();
  }
  return 0;
}

void H2Connection::begin_request(std::int32_t id) {
  const unsigned refusal = head_.refusal();
  if (streams_.empty()) arm(last_received_ + context_.limits.peer_timeout / 2);
  auto owned = std::make_unique<H2Stream>(*this, id, head_.head_request());
  H2Stream& stream = *owned;
  stream.index = streams_.size();
  streams_.push_back(std::move(owned));
  nghttp2_session_set_stream_user_data(session(), id, &stream);
  if (refusal != 0) return stream.refuse(refusal);
  Request request = head_.take();
  request.tls = transport_->is_tls();
  request.peer = transport_->peer();
  stream.accept(H2Exchange::create(std::move(request), context_.loop, stream));
}

bool H2Connection::count_control_frame() { return control_frames_.take(last_received_); }

int H2Connection::on_suspicious_reset() {
  in_headers_ = false;
  return resets_.take(last_received_) ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
}

int H2Connection::on_data(std::int32_t id, std::string_view bytes) {
  if (H2Stream* stream = find(id)) {
    stream->received_data(bytes);
  } else {
    nghttp2_session_consume_connection(session(), bytes.size());
  }
  return 0;
}

int H2Connection::on_stream_close(std::int32_t id, std::uint32_t error) {
  in_headers_ = false;
  H2Stream* stream = find(id);
  if (stream) {
    nghttp2_session_set_stream_user_data(session(), id, nullptr);
    stream->closed();
  }
  // What the client made us reset counts like what it reset itself (CVE-2025-8671).
  const bool usual = error == NGHTTP2_NO_ERROR || error == NGHTTP2_CANCEL;
  return usual ? 0 : on_suspicious_reset();
}

int H2Connection::on_frame_sent(const nghttp2_frame& frame) {
  const bool ends = (frame.hd.type == NGHTTP2_DATA || frame.hd.type == NGHTTP2_HEADERS) &&
                    (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (!ends) return 0;
  if (H2Stream* stream = find(frame.hd.stream_id)) stream->sent_end();
  return 0;
}

int H2Connection::on_frame_not_sent(const nghttp2_frame& frame) {
  // A response head beyond nghttp2's limits, or one for a stream that has just closed.
  if (frame.hd.type == NGHTTP2_HEADERS && find(frame.hd.stream_id)) {
    nghttp2_submit_rst_stream(session(), NGHTTP2_FLAG_NONE, frame.hd.stream_id, NGHTTP2_INTERNAL_ERROR);
  }
  return 0;
}

int H2Connection::on_send_data(const char* frame_head, std::size_t length, H2Stream& stream) {
  constexpr std::size_t kFrameHead = 9;
  if (out_->size() >= kFlushBytes) return NGHTTP2_ERR_WOULDBLOCK;
  out_->append(frame_head, kFrameHead);
  stream.move_data(*out_, length);
  return 0;
}

}  // namespace cinnabar::http
