// SPDX-License-Identifier: Apache-2.0
#include "http/h2_session.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "http/h2_connection.h"

namespace cinnabar::http {
namespace {

/// The table that compresses what clients send, and the one for what we send: small, since every
/// connection has both, and what repeats in this server's traffic is short (RFC 7541 section 4.2).
constexpr std::uint32_t kHpackTableBytes = 1024;
/// Received but unread body bytes of all streams of a connection.
constexpr std::int32_t kConnectionWindow = 256 * 1024;
/// SETTINGS and PING acknowledgements that may wait to be sent.
constexpr std::size_t kMaxOutboundAcks = 1000;

H2Connection& connection_of(void* user_data) { return *static_cast<H2Connection*>(user_data); }

std::string_view text(nghttp2_rcbuf* buffer) {
  const nghttp2_vec vec = nghttp2_rcbuf_get_buf(buffer);
  return {reinterpret_cast<const char*>(vec.base), vec.len};
}

struct CallbacksDelete {
  void operator()(nghttp2_session_callbacks* callbacks) const { nghttp2_session_callbacks_del(callbacks); }
};
using Callbacks = std::unique_ptr<nghttp2_session_callbacks, CallbacksDelete>;

Callbacks make_callbacks() {
  nghttp2_session_callbacks* raw = nullptr;
  if (nghttp2_session_callbacks_new(&raw) != 0) return nullptr;
  nghttp2_session_callbacks_set_on_begin_headers_callback(
      raw, [](nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
        return connection_of(user_data).on_begin_headers(*frame);
      });
  nghttp2_session_callbacks_set_on_header_callback2(
      raw, [](nghttp2_session*, const nghttp2_frame*, nghttp2_rcbuf* name, nghttp2_rcbuf* value, std::uint8_t,
              void* user_data) { return connection_of(user_data).on_header(text(name), text(value)); });
  nghttp2_session_callbacks_set_on_invalid_header_callback2(
      raw,
      [](nghttp2_session*, const nghttp2_frame*, nghttp2_rcbuf*, nghttp2_rcbuf*, std::uint8_t, void*) -> int {
        // Without this nghttp2 would drop the field and go on; RFC 9113 section 8.2.1 calls the request
        // malformed.
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
      });
  nghttp2_session_callbacks_set_on_frame_recv_callback(
      raw, [](nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
        return connection_of(user_data).on_frame(*frame);
      });
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(
      raw, [](nghttp2_session*, const nghttp2_frame*, int, void* user_data) {
        return connection_of(user_data).on_suspicious_reset();
      });
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
      raw, [](nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data, std::size_t size,
              void* user_data) {
        return connection_of(user_data).on_data(id, {reinterpret_cast<const char*>(data), size});
      });
  nghttp2_session_callbacks_set_on_stream_close_callback(
      raw, [](nghttp2_session*, std::int32_t id, std::uint32_t error, void* user_data) {
        return connection_of(user_data).on_stream_close(id, error);
      });
  nghttp2_session_callbacks_set_on_frame_send_callback(
      raw, [](nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
        return connection_of(user_data).on_frame_sent(*frame);
      });
  nghttp2_session_callbacks_set_on_frame_not_send_callback(
      raw, [](nghttp2_session*, const nghttp2_frame* frame, int, void* user_data) {
        return connection_of(user_data).on_frame_not_sent(*frame);
      });
  nghttp2_session_callbacks_set_send_data_callback(
      raw, [](nghttp2_session*, nghttp2_frame*, const std::uint8_t* head, std::size_t length,
              nghttp2_data_source* source, void* user_data) {
        return connection_of(user_data).on_send_data(reinterpret_cast<const char*>(head), length,
                                                     *static_cast<H2Stream*>(source->ptr));
      });
  return Callbacks(raw);
}

struct OptionDelete {
  void operator()(nghttp2_option* option) const { nghttp2_option_del(option); }
};
using Option = std::unique_ptr<nghttp2_option, OptionDelete>;

Option make_option() {
  nghttp2_option* raw = nullptr;
  if (nghttp2_option_new(&raw) != 0) return nullptr;
  // New window for body bytes only as a handler reads them.
  nghttp2_option_set_no_auto_window_update(raw, 1);
  // Closed streams would be kept only for the priority tree, which we do not use.
  nghttp2_option_set_no_closed_streams(raw, 1);
  nghttp2_option_set_max_deflate_dynamic_table_size(raw, kHpackTableBytes);
  nghttp2_option_set_max_outbound_ack(raw, kMaxOutboundAcks);
  return Option(raw);
}

}  // namespace

H2Session make_h2_session(H2Connection& connection, const ServerLimits& limits) {
  // Made once, read by all threads.
  static const Callbacks callbacks = make_callbacks();
  static const Option option = make_option();
  if (!callbacks || !option) return nullptr;

  nghttp2_session* raw = nullptr;
  if (nghttp2_session_server_new2(&raw, callbacks.get(), &connection, option.get()) != 0) return nullptr;
  H2Session session(raw);
  const auto capped = [](std::size_t value) {
    return static_cast<std::uint32_t>(std::min<std::size_t>(value, std::numeric_limits<std::int32_t>::max()));
  };
  const std::array<nghttp2_settings_entry, 4> settings = {{
      {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, kHpackTableBytes},
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.h2_streams},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, capped(limits.header_bytes)},
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  }};
  if (nghttp2_submit_settings(raw, NGHTTP2_FLAG_NONE, settings.data(), settings.size()) != 0) return nullptr;
  if (nghttp2_session_set_local_window_size(raw, NGHTTP2_FLAG_NONE, 0, kConnectionWindow) != 0)
    return nullptr;
  return session;
}

std::uint32_t h2_error_code(int error) {
  switch (error) {
    case NGHTTP2_ERR_BAD_CLIENT_MAGIC: return NGHTTP2_PROTOCOL_ERROR;
    case NGHTTP2_ERR_NOMEM: return NGHTTP2_INTERNAL_ERROR;
    default:  // too many of something: acknowledgements, CONTINUATION frames, suspicious resets
      return NGHTTP2_ENHANCE_YOUR_CALM;
  }
}

}  // namespace cinnabar::http
