// SPDX-License-Identifier: Apache-2.0
#include "load/h2_client.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace cinnabar::load {
namespace {

/// An HTTP/2 server of one connection on a loopback port, driven by hand.
class Peer {
 public:
  Peer() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
    ::listen(listener_, 1);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~Peer() {
    nghttp2_session_del(session_);
    ::close(connection_);
    ::close(listener_);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  HubAddress address() const {
    HubAddress address = *parse_hub_url("http://127.0.0.1:" + std::to_string(port_));
    EXPECT_TRUE(resolve(address).ok());
    return address;
  }

  void accept() {
    connection_ = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(
        callbacks,
        [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
           const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* self) {
          const std::string key(reinterpret_cast<const char*>(name), name_size);
          static_cast<Peer*>(self)->fields[frame->hd.stream_id][key].assign(
              reinterpret_cast<const char*>(value), value_size);
          return 0;
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        callbacks, [](nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* data,
                      std::size_t size, void* self) {
          static_cast<Peer*>(self)->bodies[stream].append(reinterpret_cast<const char*>(data), size);
          return 0;
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        callbacks, [](nghttp2_session*, std::int32_t stream, std::uint32_t error, void* self) {
          static_cast<Peer*>(self)->closed[stream] = error;
          return 0;
        });
    nghttp2_session_server_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
  }

  /// Answers 200 with these bytes, and leaves the stream open, or ends it.
  void answer(std::int32_t stream, std::string bytes, bool end) {
    const auto pair = [](const char* name, const char* value) {
      return nghttp2_nv{reinterpret_cast<std::uint8_t*>(const_cast<char*>(name)),
                        reinterpret_cast<std::uint8_t*>(const_cast<char*>(value)), std::strlen(name),
                        std::strlen(value), NGHTTP2_NV_FLAG_NONE};
    };
    const std::array<nghttp2_nv, 2> head = {pair(":status", "200"),
                                            pair("mercure-last-event-id", "earliest")};
    answers_[stream] = {std::move(bytes), end};
    nghttp2_data_provider provider{};
    provider.read_callback = [](nghttp2_session*, std::int32_t id, std::uint8_t* out, std::size_t,
                                std::uint32_t* flags, nghttp2_data_source*, void* self) -> ssize_t {
      auto& [rest, ends] = static_cast<Peer*>(self)->answers_[id];
      if (rest.empty() && !ends) return NGHTTP2_ERR_DEFERRED;
      const auto size = static_cast<ssize_t>(rest.size());
      std::memcpy(out, rest.data(), rest.size());
      rest.clear();
      if (ends) *flags |= NGHTTP2_DATA_FLAG_EOF;
      return size;
    };
    nghttp2_submit_response(session_, stream, head.data(), head.size(), &provider);
  }
  void go_away() {
    nghttp2_session_terminate_session(session_, NGHTTP2_ENHANCE_YOUR_CALM);
    pump();
    ::shutdown(connection_, SHUT_WR);
  }

  void pump() {
    std::array<std::uint8_t, 65536> buffer;
    for (ssize_t size = 0; (size = ::recv(connection_, buffer.data(), buffer.size(), 0)) > 0;) {
      EXPECT_EQ(nghttp2_session_mem_recv(session_, buffer.data(), static_cast<std::size_t>(size)), size);
    }
    const std::uint8_t* bytes = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_, &bytes)) > 0;) {
      EXPECT_EQ(::send(connection_, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL), size);
    }
  }

  std::map<std::int32_t, std::map<std::string, std::string>> fields;
  std::map<std::int32_t, std::string> bodies;
  std::map<std::int32_t, std::uint32_t> closed;

 private:
  int listener_;
  int connection_ = -1;
  std::uint16_t port_ = 0;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, std::pair<std::string, bool>> answers_;
};

class H2ClientTest : public testing::Test, protected H2Listener {
 protected:
  H2ClientTest() : client_(std::move(*Wire::open(peer_.address(), nullptr, 0)), *this) { peer_.accept(); }

  void on_head(std::uint32_t user, int status, std::string_view resumed_after) override {
    heads_[user] = std::to_string(status) + ' ' + std::string(resumed_after);
  }
  void on_data(std::uint32_t user, std::string_view bytes) override { data_[user] += bytes; }
  void on_stream_end(std::uint32_t user) override { ended_.push_back(user); }

  template <class Done>
  bool pump_until(Done done) {
    for (int i = 0; i < 500 && !done(); ++i) {
      goes_on_ = client_.flush() && client_.advance();
      peer_.pump();
      pollfd entry{client_.fd(), POLLIN, 0};
      ::poll(&entry, 1, 5);
    }
    return done();
  }
  std::int32_t request(std::uint32_t user, std::string_view body = {}) {
    return client_.request(
        user,
        {{":method", "GET"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/p"}, {"accept", "x"}},
        body);
  }

  Peer peer_;
  H2Client client_;
  bool goes_on_ = true;
  std::map<std::uint32_t, std::string> heads_;
  std::map<std::uint32_t, std::string> data_;
  std::vector<std::uint32_t> ended_;
};

TEST_F(H2ClientTest, CarriesRequestsMadeBeforeItIsConnected) {
  const std::int32_t open = request(7);
  const std::int32_t posted = request(8, std::string(100'000, 'b'));
  ASSERT_TRUE(pump_until([&] { return peer_.bodies[posted].size() == 100'000; }));
  EXPECT_EQ(peer_.fields[open][":path"], "/p");
  EXPECT_EQ(peer_.fields[open]["accept"], "x");
  peer_.answer(open, "data: 1\n\n", false);
  peer_.answer(posted, "id", true);
  ASSERT_TRUE(pump_until([&] { return data_[7] == "data: 1\n\n" && data_[8] == "id"; }));
  EXPECT_EQ(heads_[7], "200 earliest");
  ASSERT_TRUE(pump_until([&] { return !ended_.empty(); }));
  EXPECT_EQ(ended_, std::vector<std::uint32_t>{8});
  EXPECT_TRUE(goes_on_);
}

TEST_F(H2ClientTest, OfACancelledStreamNothingIsHeard) {
  const std::int32_t stream = request(1);
  ASSERT_TRUE(pump_until([&] { return peer_.fields.contains(stream); }));
  client_.cancel(stream);
  ASSERT_TRUE(pump_until([&] { return peer_.closed.contains(stream); }));
  EXPECT_EQ(peer_.closed[stream], static_cast<std::uint32_t>(NGHTTP2_CANCEL));
  EXPECT_TRUE(ended_.empty());
}

TEST_F(H2ClientTest, SaysWhyTheHubWentAway) {
  request(1);
  ASSERT_TRUE(pump_until([&] { return !peer_.fields.empty(); }));
  peer_.go_away();
  ASSERT_TRUE(pump_until([&] { return !goes_on_; }));
  EXPECT_EQ(client_.failure(), "the hub sent GOAWAY ENHANCE_YOUR_CALM");
}

}  // namespace
}  // namespace cinnabar::load
