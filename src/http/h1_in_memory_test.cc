// SPDX-License-Identifier: Apache-2.0
// What an HTTP/1 connection does when time passes or there is little room.
#include <gtest/gtest.h>

#include <array>

#include "http/h1_connection.h"
#include "http/testing/memory_transport.h"
#include "http/testing/test_server.h"

namespace cinnabar::http {
namespace {

using std::chrono::milliseconds;

const std::string kHello = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n";

ServerOptions with(ServerLimits limits) {
  ServerOptions options;
  options.limits = limits;
  return options;
}

// LIM-17: the time for a head is not stretched by sending it in drips.
TEST(H1Timeouts, HeaderTimeoutIs408) {
  ServerLimits limits;
  limits.header_timeout = milliseconds(300);
  TestServer server(with(limits));
  TestClient client(server.port());
  const auto began = steady_now();
  client.send("GET /hello HTTP/1.1\r\nX: ");
  for (int i = 0; i < 8; ++i) {
    std::this_thread::sleep_for(milliseconds(50));
    client.send("x");
  }
  EXPECT_EQ(client.read_answer().status, 408U);
  EXPECT_GE(steady_now() - began, milliseconds(300));
  client.read_to_end();
  EXPECT_TRUE(client.ended());
}

TEST(H1Timeouts, BodyTimeoutGoesToTheHandler) {
  ServerLimits limits;
  limits.body_timeout = milliseconds(200);
  TestServer server(with(limits));
  TestClient client(server.port());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345");
  const auto answer = client.read_answer();
  EXPECT_EQ(answer.status, 408U);
  EXPECT_TRUE(answer.has("Connection: close"));
  client.read_to_end();
  EXPECT_TRUE(client.ended());
}

TEST(H1Timeouts, IdleConnectionsEndInSilence) {
  ServerLimits limits;
  limits.idle_timeout = milliseconds(200);
  limits.header_timeout = milliseconds(200);
  TestServer server(with(limits));
  TestClient used(server.port());
  used.send(kHello);
  EXPECT_EQ(used.read_answer().status, 200U);
  EXPECT_EQ(used.read_to_end(), "");
  EXPECT_TRUE(used.ended());
  TestClient silent(server.port());
  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_TRUE(eventually([&] { return server.server().connections() == 0; }));
}

/// One connection on a transport in memory; time passes when the test says so.
class H1InMemory : public testing::Test {
 protected:
  H1InMemory()
      : context_{loop_, limits_, common_, handler_, [this](Connection& connection) {
                   EXPECT_EQ(&connection, connection_.get());
                   released_ = true;
                 }} {}

  void start(std::string received, Handler handler) {
    handler_ = std::move(handler);
    connection_ = make_h1_connection(context_, transport_, std::move(received));
    connection_->start();
    pump();
  }
  void pump() {
    while (transport_->pump() || loop_.run_ready() > 0) {
    }
  }
  /// Advances the timers to `after` from now.
  void pass(Duration after) { loop_.timers().advance(steady_now() + after); }

  Loop loop_;
  ServerLimits limits_;
  std::vector<Header> common_;
  Handler handler_;
  ConnectionContext context_;
  bool released_ = false;
  std::shared_ptr<MemoryTransport> transport_ = std::make_shared<MemoryTransport>(loop_);
  std::shared_ptr<Connection> connection_;
};

TEST_F(H1InMemory, AClientThatDoesNotReadItsAnswerIsDropped) {
  transport_->room = 10;
  start(kHello, [](const ExchangePtr& exchange) { exchange->respond(text_response(200)); });
  EXPECT_EQ(transport_->output, "HTTP/1.1 2");
  transport_->room = 1;  // a sip moves nothing
  pump();
  pass(limits_.body_timeout - std::chrono::seconds(1));
  EXPECT_FALSE(released_);
  pass(limits_.body_timeout + std::chrono::seconds(1));
  EXPECT_TRUE(released_);
  EXPECT_TRUE(transport_->reset);
}

TEST_F(H1InMemory, ABlockedContinueDelaysTheAnswer) {
  transport_->room = 10;
  start("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
        [](const ExchangePtr& exchange) {
          exchange->read_body(10, [exchange](Result<std::string> body) {
            Response response;
            response.body = body.ok() ? *body : "failed";
            exchange->respond(std::move(response));
          });
        });
  transport_->input = "ok";
  pump();
  transport_->room = 1000;
  pump();
  EXPECT_TRUE(transport_->output.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(transport_->output.ends_with("\r\n\r\nok"));
}

TEST_F(H1InMemory, ADiscardedBodyThatDoesNotComeEndsTheConnection) {
  start("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nx",
        [](const ExchangePtr& exchange) { exchange->respond(text_response(200)); });
  EXPECT_FALSE(transport_->output.empty());
  pass(limits_.body_timeout + std::chrono::seconds(1));
  EXPECT_TRUE(released_);
}

TEST_F(H1InMemory, AClosedStreamWhoseTailIsNotReadIsDropped) {
  class User final : public StreamObserver {
    void on_writable() override {}
    void on_closed() override {}
  } user;
  EventStream* stream = nullptr;
  start(kHello, [&](const ExchangePtr& exchange) { stream = exchange->open_stream({}, user); });
  transport_->room = 5;
  const SharedBytes bytes = SharedBytes::copy_of("0123456789");
  const SharedBytes* const buffers[] = {&bytes, &bytes};
  const auto [taken, state] = stream->write(buffers);
  EXPECT_EQ(taken, 1U);
  EXPECT_EQ(state, EventStream::State::kBlocked);
  stream->close();
  EXPECT_FALSE(released_);
  pass(std::chrono::seconds(11));
  EXPECT_TRUE(released_);
  EXPECT_TRUE(transport_->reset);
}

/// Writes three buffers when the stream opens, and what was not taken when there is room.
class ThreeBuffers final : public StreamObserver {
 public:
  void open(const ExchangePtr& exchange) {
    stream_ = exchange->open_stream({}, *this);
    on_writable();
  }
  void on_writable() override {
    const BufferSpan all(buffers_);
    taken_ += stream_->write(all.subspan(taken_)).taken;
  }
  void on_closed() override { closed = true; }
  bool closed = false;

 private:
  const SharedBytes bytes_ = SharedBytes::copy_of("0123456789");
  const std::array<const SharedBytes*, 3> buffers_ = {&bytes_, &bytes_, &bytes_};
  EventStream* stream_ = nullptr;
  std::size_t taken_ = 0;
};

constexpr std::string_view kThreeChunks = "\r\n\r\na\r\n0123456789\r\na\r\n0123456789\r\na\r\n0123456789\r\n";

TEST_F(H1InMemory, AStreamsHeadLeavesWithItsFirstBytes) {
  ThreeBuffers user;
  start(kHello, [&](const ExchangePtr& exchange) { user.open(exchange); });
  EXPECT_EQ(transport_->writes, 1);
  EXPECT_TRUE(transport_->output.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(transport_->output.ends_with(kThreeChunks));
  const std::string whole = transport_->output;

  // Wherever the room ends, the same bytes come in the end.
  for (std::size_t room = 0; room < whole.size(); ++room) {
    released_ = false;
    transport_ = std::make_shared<MemoryTransport>(loop_);
    transport_->room = room;
    ThreeBuffers slow;
    start(kHello, [&](const ExchangePtr& exchange) { slow.open(exchange); });
    EXPECT_EQ(transport_->output, whole.substr(0, room));
    while (transport_->output.size() < whole.size()) {
      transport_->room = 1 + room % 7;
      pump();
    }
    pump();
    EXPECT_EQ(transport_->output, whole) << room;
    connection_->shutdown();
    EXPECT_TRUE(slow.closed);
  }
}

TEST_F(H1InMemory, AStreamWithoutBytesHasItsHeadAtOnce) {
  class Silent final : public StreamObserver {
    void on_writable() override {}
    void on_closed() override {}
  } user;
  start(kHello, [&](const ExchangePtr& exchange) { EXPECT_NE(exchange->open_stream({}, user), nullptr); });
  EXPECT_TRUE(transport_->output.ends_with("\r\n\r\n"));
}

}  // namespace
}  // namespace cinnabar::http
