// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/loop.h"
#include "http/connection.h"

namespace cinnabar::http {

/// A transport in memory for the tests of HTTP/2: strings instead of sockets, with as much room
/// as the test grants.
class H2FakeTransport final : public Transport {
 public:
  explicit H2FakeTransport(Loop& loop) : loop_(loop) {}

  Outcome read(std::span<char> into) override {
    if (to_server.empty()) return {0, eof ? Status::kEof : Status::kBlocked};
    const std::size_t bytes = std::min(into.size(), to_server.size());
    std::copy_n(to_server.data(), bytes, into.data());
    to_server.erase(0, bytes);
    return {bytes, Status::kOk};
  }
  Outcome write(std::span<const iovec> buffers) override {
    ++writes;
    if (broken) return {0, Status::kError};
    std::size_t bytes = 0;
    for (const iovec& buffer : buffers) {
      const std::size_t part = std::min(buffer.iov_len, room);
      from_server.append(static_cast<const char*>(buffer.iov_base), part);
      bytes += part;
      room -= part;
      if (part < buffer.iov_len) return {bytes, Status::kBlocked};
    }
    return {bytes, Status::kOk};
  }
  void await_readable() override { wants_read_ = true; }
  void await_writable() override { wants_write_ = true; }
  void set_listener(TransportListener* listener) override { listener_ = listener; }
  void close(bool linger_reset) override {
    closed = true;
    reset = linger_reset;
  }
  bool is_tls() const override { return true; }
  const std::string& peer() const override { return peer_; }
  Loop& loop() const override { return loop_; }

  /// Tells the listener what it waits for. False: nothing to tell.
  bool signal() {
    if (!listener_) return false;
    if (wants_read_ && (!to_server.empty() || eof)) {
      wants_read_ = false;
      listener_->on_readable();
      return true;
    }
    if (wants_write_ && room > 0) {
      wants_write_ = false;
      listener_->on_writable();
      return true;
    }
    return false;
  }
  bool wants_read() const { return wants_read_; }

  std::string to_server;
  std::string from_server;
  std::size_t room = std::size_t{1} << 30;
  std::size_t writes = 0;
  bool eof = false;
  bool broken = false;
  bool closed = false;
  bool reset = false;

 private:
  Loop& loop_;
  TransportListener* listener_ = nullptr;
  std::string peer_ = "192.0.2.7";
  bool wants_read_ = false;
  bool wants_write_ = false;
};

/// What an HTTP/2 client of the tests has seen of one of its streams.
struct H2SeenStream {
  std::multimap<std::string, std::string> headers;  ///< the last head that came, with :status
  std::vector<std::string> statuses;                ///< of all heads
  std::string body;
  std::size_t data_frames = 0;
  bool ended = false;   ///< END_STREAM
  bool closed = false;  ///< END_STREAM both ways, or reset
  bool reset = false;   ///< RST_STREAM has come
  std::uint32_t error = 0;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "(none)" : found->second;
  }
  std::string status() const { return header(":status"); }
};

/// An HTTP/2 client on nghttp2, without a network.
class H2TestClient {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  /// `window`: the initial window of its streams. It gives new window by itself, if `generous`.
  explicit H2TestClient(std::uint32_t window = 65535, bool generous = true);
  ~H2TestClient() { nghttp2_session_del(session_); }
  H2TestClient(const H2TestClient&) = delete;
  H2TestClient& operator=(const H2TestClient&) = delete;

  /// Begins a request. `body` nullptr: none. `more`: the body does not end with it.
  std::int32_t request(std::string method, std::string path, Fields more_fields = {},
                       const std::string* body = nullptr, bool more = false);
  void reset(std::int32_t id, std::uint32_t error = NGHTTP2_CANCEL) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, error);
  }
  nghttp2_session* session() { return session_; }
  const H2SeenStream& seen(std::int32_t id) { return streams_[id]; }

  /// Takes what it wants to send.
  std::string output();
  void input(std::string_view bytes);

  std::uint32_t goaway = 0xffff;  ///< the error of the last GOAWAY
  std::size_t pings = 0;          ///< PING frames that were not acknowledgements

 private:
  struct Body {
    std::string rest;
    bool more;
  };
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, H2SeenStream> streams_;
  std::vector<std::unique_ptr<Body>> bodies_;
};

inline H2TestClient::H2TestClient(std::uint32_t window, bool generous) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_begin_headers_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* self) {
        static_cast<H2TestClient*>(self)->streams_[frame->hd.stream_id].headers.clear();
        return 0;
      });
  nghttp2_session_callbacks_set_on_header_callback(
      callbacks,
      [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
         const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* self) {
        H2SeenStream& stream = static_cast<H2TestClient*>(self)->streams_[frame->hd.stream_id];
        const std::string key(reinterpret_cast<const char*>(name), name_size);
        const std::string text(reinterpret_cast<const char*>(value), value_size);
        if (key == ":status") stream.statuses.push_back(text);
        stream.headers.emplace(key, text);
        return 0;
      });
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
      callbacks, [](nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                    std::size_t size, void* self) {
        static_cast<H2TestClient*>(self)->streams_[id].body.append(reinterpret_cast<const char*>(data), size);
        return 0;
      });
  nghttp2_session_callbacks_set_on_frame_recv_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
        auto& self = *static_cast<H2TestClient*>(user_data);
        const std::uint8_t flags = frame->hd.flags;
        if (frame->hd.type == NGHTTP2_GOAWAY) self.goaway = frame->goaway.error_code;
        if (frame->hd.type == NGHTTP2_PING && (flags & NGHTTP2_FLAG_ACK) == 0) ++self.pings;
        if (frame->hd.stream_id == 0) return 0;
        H2SeenStream& stream = self.streams_[frame->hd.stream_id];
        if (frame->hd.type == NGHTTP2_RST_STREAM) stream.reset = true;
        if (frame->hd.type == NGHTTP2_DATA) ++stream.data_frames;
        if (frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS) {
          stream.ended = (flags & NGHTTP2_FLAG_END_STREAM) != 0;
        }
        return 0;
      });
  nghttp2_session_callbacks_set_on_stream_close_callback(
      callbacks, [](nghttp2_session*, std::int32_t id, std::uint32_t error, void* self) {
        H2SeenStream& stream = static_cast<H2TestClient*>(self)->streams_[id];
        stream.closed = true;
        stream.error = error;
        return 0;
      });
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_no_auto_window_update(option, generous ? 0 : 1);
  nghttp2_option_set_max_send_header_block_length(option, std::size_t{1} << 20);
  nghttp2_session_client_new2(&session_, callbacks, this, option);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  const nghttp2_settings_entry entry = {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &entry, 1);
}

inline std::int32_t H2TestClient::request(std::string method, std::string path, Fields more_fields,
                                          const std::string* body, bool more) {
  Fields fields = {{":method", std::move(method)}, {":scheme", "https"}, {":authority", "hub.example"}};
  if (!path.empty()) fields.emplace_back(":path", std::move(path));
  for (auto& field : more_fields) fields.push_back(std::move(field));
  std::vector<nghttp2_nv> list;
  for (auto& [name, value] : fields) {
    list.push_back({reinterpret_cast<std::uint8_t*>(name.data()),
                    reinterpret_cast<std::uint8_t*>(value.data()), name.size(), value.size(),
                    NGHTTP2_NV_FLAG_NONE});
  }
  nghttp2_data_provider provider{};
  if (body) {
    bodies_.push_back(std::make_unique<Body>(Body{*body, more}));
    provider.source.ptr = bodies_.back().get();
    provider.read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t* out, std::size_t length,
                                std::uint32_t* flags, nghttp2_data_source* source, void*) -> ssize_t {
      auto& rest = *static_cast<Body*>(source->ptr);
      if (rest.rest.empty() && rest.more) return NGHTTP2_ERR_DEFERRED;
      const std::size_t bytes = std::min(length, rest.rest.size());
      std::copy_n(rest.rest.data(), bytes, out);
      rest.rest.erase(0, bytes);
      if (rest.rest.empty() && !rest.more) *flags |= NGHTTP2_DATA_FLAG_EOF;
      return static_cast<ssize_t>(bytes);
    };
  }
  return nghttp2_submit_request(session_, nullptr, list.data(), list.size(), body ? &provider : nullptr,
                                nullptr);
}

inline std::string H2TestClient::output() {
  std::string out;
  const std::uint8_t* bytes = nullptr;
  for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_, &bytes)) > 0;) {
    out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  }
  return out;
}

inline void H2TestClient::input(std::string_view bytes) {
  const ssize_t done =
      nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  EXPECT_EQ(done, static_cast<ssize_t>(bytes.size()));
}

/// An observer that writes down what it is told.
struct H2SeenEvents final : StreamObserver {
  void on_writable() override {
    ++writable;
    if (when_writable) when_writable();
  }
  void on_closed() override { ++closed; }
  int writable = 0;
  int closed = 0;
  std::function<void()> when_writable;
};

/// A client and a server connection, joined in memory and run by hand on the test's thread.
class H2Test : public ::testing::Test {
 protected:
  /// Here, not in the destructor: the connection may call what the derived test owns.
  void TearDown() override {
    if (connection_) connection_->shutdown();
    loop_.run_ready();
  }

  void connect(std::unique_ptr<H2TestClient> client = std::make_unique<H2TestClient>()) {
    client_ = std::move(client);
    transport_ = std::make_shared<H2FakeTransport>(loop_);
    connection_ = make_h2_connection(context_, transport_, "");
    connection_->start();
    pump();
  }
  /// Carries bytes to and fro until nothing moves.
  void pump() {
    for (bool moved = true; moved;) {
      const std::string out = client_->output();
      transport_->to_server += out;
      moved = !out.empty();
      moved |= transport_->signal();
      moved |= loop_.run_ready() > 0;
      if (const std::string in = std::exchange(transport_->from_server, ""); !in.empty()) {
        client_->input(in);
        moved = true;
      }
    }
  }
  /// Lets real time pass until `done`; false after 5 s.
  template <class Predicate>
  bool pump_until(Predicate done) {
    for (int i = 0; i < 1000; ++i) {
      loop_.timers().advance(steady_now());
      pump();
      if (done()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }
  const H2SeenStream& seen(std::int32_t id) { return client_->seen(id); }
  /// Sends a GET that is expected to be answered.
  std::int32_t get(std::string path, H2TestClient::Fields fields = {}) {
    const std::int32_t id = client_->request("GET", std::move(path), std::move(fields));
    pump();
    return id;
  }

  Loop loop_;
  ServerLimits limits_;
  std::vector<Header> common_ = {{"X-Content-Type-Options", "nosniff"}};
  Handler handler_ = [this](const ExchangePtr& exchange) { exchanges_.push_back(exchange); };
  std::vector<ExchangePtr> exchanges_;
  int released_ = 0;
  ConnectionContext context_{loop_, limits_, common_, handler_, [this](Connection&) {
                               ++released_;
                               connection_.reset();
                             }};
  std::unique_ptr<H2TestClient> client_;
  std::shared_ptr<H2FakeTransport> transport_;
  std::shared_ptr<Connection> connection_;
};

}  // namespace cinnabar::http
