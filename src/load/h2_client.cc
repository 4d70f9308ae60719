// SPDX-License-Identifier: Apache-2.0
#include "load/h2_client.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "load/payload.h"

namespace cinnabar::load {
namespace {

// Large, so that the hub never waits for us: what is measured is the hub.
constexpr std::uint32_t kStreamWindow = 1U << 20;
constexpr std::int32_t kConnectionWindow = 1 << 28;

void* as_pointer(std::uint32_t user) {
  return reinterpret_cast<void*>(std::uintptr_t{user} + 1);  // NOLINT(performance-no-int-to-ptr)
}

/// False: cancelled, or not a request of ours.
bool user_of(nghttp2_session* session, std::int32_t stream, std::uint32_t& user) {
  const auto data = reinterpret_cast<std::uintptr_t>(nghttp2_session_get_stream_user_data(session, stream));
  if (data == 0) return false;
  user = static_cast<std::uint32_t>(data - 1);
  return true;
}

nghttp2_nv pair_of(std::string_view name, std::string_view value) {
  // nghttp2 copies both, and writes to neither.
  return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
          reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

struct H2ClientCallbacks {
  static H2Client& self(void* user_data) { return *static_cast<H2Client*>(user_data); }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame*, void* user_data) {
    self(user_data).status_ = 0;
    self(user_data).resumed_after_.clear();
    return 0;
  }

  static int on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                       void* user_data) {
    const std::string_view key(reinterpret_cast<const char*>(name), name_size);
    const std::string_view text(reinterpret_cast<const char*>(value), value_size);
    if (key == ":status") std::from_chars(text.data(), text.data() + text.size(), self(user_data).status_);
    if (key == "mercure-last-event-id") self(user_data).resumed_after_ = text;
    return 0;
  }

  static int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* user_data) {
    H2Client& client = self(user_data);
    std::uint32_t user = 0;
    if (frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.error_code != NGHTTP2_NO_ERROR) {
      client.fail(std::string("the hub sent GOAWAY ") + nghttp2_http2_strerror(frame->goaway.error_code));
    }
    const bool is_head = frame->hd.type == NGHTTP2_HEADERS && client.status_ >= 200;
    if (is_head && user_of(session, frame->hd.stream_id, user)) {
      client.listener_.on_head(user, client.status_, client.resumed_after_);
      client.status_ = 0;  // trailers are no head
    }
    return 0;
  }

  static int on_data(nghttp2_session* session, std::uint8_t, std::int32_t stream, const std::uint8_t* data,
                     std::size_t size, void* user_data) {
    std::uint32_t user = 0;
    if (user_of(session, stream, user)) {
      self(user_data).listener_.on_data(user, {reinterpret_cast<const char*>(data), size});
    }
    return 0;
  }

  static int on_close(nghttp2_session* session, std::int32_t stream, std::uint32_t, void* user_data) {
    std::uint32_t user = 0;
    self(user_data).bodies_.erase(stream);
    if (user_of(session, stream, user)) self(user_data).listener_.on_stream_end(user);
    return 0;
  }

  static ssize_t read_body(nghttp2_session*, std::int32_t stream, std::uint8_t* out, std::size_t length,
                           std::uint32_t* flags, nghttp2_data_source*, void* user_data) {
    H2Client::Body& body = self(user_data).bodies_[stream];
    const std::size_t bytes = std::min(length, body.bytes.size() - body.sent);
    std::copy_n(body.bytes.data() + body.sent, bytes, out);
    body.sent += bytes;
    if (body.sent == body.bytes.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(bytes);
  }
};

H2Client::H2Client(Wire wire, H2Listener& listener) : wire_(std::move(wire)), listener_(listener) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, H2ClientCallbacks::on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, H2ClientCallbacks::on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, H2ClientCallbacks::on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, H2ClientCallbacks::on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, H2ClientCallbacks::on_close);
  nghttp2_session_client_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  const std::array<nghttp2_settings_entry, 2> settings = {{
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
  }};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
}

H2Client::~H2Client() { nghttp2_session_del(session_); }

std::int32_t H2Client::request(std::uint32_t user, const Fields& fields, std::string_view body) {
  std::vector<nghttp2_nv> pairs;
  pairs.reserve(fields.size());
  for (const auto& [name, value] : fields) pairs.push_back(pair_of(name, value));
  nghttp2_data_provider provider{};
  provider.read_callback = H2ClientCallbacks::read_body;
  const std::int32_t stream = nghttp2_submit_request(session_, nullptr, pairs.data(), pairs.size(),
                                                     body.empty() ? nullptr : &provider, as_pointer(user));
  if (stream > 0 && !body.empty()) bodies_[stream].bytes = body;
  return stream;
}

void H2Client::cancel(std::int32_t stream) {
  nghttp2_session_set_stream_user_data(session_, stream, nullptr);
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
}

bool H2Client::fail(std::string why) {
  if (failure_.empty()) failure_ = std::move(why);
  return false;
}

bool H2Client::advance() {
  if (!connected_) {
    switch (wire_.connect()) {
      case Wire::Progress::kWantRead: wants_write_ = false; return true;
      case Wire::Progress::kWantWrite: wants_write_ = true; return true;
      case Wire::Progress::kFailed: return fail(wire_.failure());
      case Wire::Progress::kDone: break;
    }
    if (wire_.is_tls() && !wire_.speaks_http2()) return fail("the hub does not offer HTTP/2 by ALPN");
    connected_ = true;
  }
  return read() && flush();
}

bool H2Client::read() {
  std::array<char, 65536> buffer;
  for (;;) {
    const long count = wire_.read(buffer.data(), buffer.size());
    if (count == Wire::kWouldBlock) return true;
    if (count == Wire::kClosed) return fail("the hub closed the connection");
    read_ns_ = now_ns();
    const auto size = static_cast<std::size_t>(count);
    if (nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(buffer.data()), size) < 0) {
      return fail("the answer is not HTTP/2; does this hub speak it on this port?");
    }
    if (!wire_.is_tls() && size < buffer.size()) return true;
  }
}

bool H2Client::flush() {
  if (!connected_) return true;
  constexpr std::size_t kEnough = 65536;
  for (;;) {
    const std::uint8_t* bytes = nullptr;
    while (out_.size() < kEnough) {
      const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
      if (size < 0) return fail("HTTP/2 cannot go on");
      if (size == 0) break;
      out_.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    }
    if (out_.empty()) {
      wants_write_ = false;
      if (nghttp2_session_want_read(session_) == 0) return fail("the hub closed the connection");
      return true;
    }
    const long count = wire_.write(out_);
    if (count == Wire::kWouldBlock) {
      wants_write_ = true;
      return true;
    }
    if (count <= 0) return fail("the hub closed the connection");
    out_.erase(0, static_cast<std::size_t>(count));
  }
}

std::uint32_t H2Client::wanted_events() const { return EPOLLIN | (wants_write_ ? EPOLLOUT : 0U); }

}  // namespace cinnabar::load
