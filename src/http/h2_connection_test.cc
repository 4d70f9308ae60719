// SPDX-License-Identifier: Apache-2.0
// Timeouts, floods and the end of HTTP/2 connections.
#include "http/h2_guard.h"
#include "http/h2_test_peer.h"

namespace cinnabar::http {
namespace {

using namespace std::chrono_literals;

class H2ConnectionTest : public H2Test {
 protected:
  void open_streams(int count) {
    for (int i = 0; i < count; ++i) {
      get("/");
      std::exchange(exchanges_.back(), nullptr)->open_stream({200, {}, ""}, events_);
    }
    pump();
  }
  /// Lets time pass for the server alone, until it drops the connection; false after 5 s.
  bool wait_without_client() {
    for (int i = 0; i < 1000 && released_ == 0; ++i) {
      loop_.timers().advance(steady_now());
      loop_.run_ready();
      std::this_thread::sleep_for(5ms);
    }
    return released_ == 1;
  }
  H2SeenEvents events_;
};

TEST_F(H2ConnectionTest, BytesOfTheDetectionAreUsed) {
  client_ = std::make_unique<H2TestClient>();
  client_->request("GET", "/");
  transport_ = std::make_shared<H2FakeTransport>(loop_);
  connection_ = make_h2_connection(context_, transport_, client_->output());
  connection_->start();
  pump();
  EXPECT_EQ(exchanges_.size(), 1U);
}

TEST_F(H2ConnectionTest, NotHttp2ClosesTheConnection) {
  transport_ = std::make_shared<H2FakeTransport>(loop_);
  connection_ = make_h2_connection(context_, transport_, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  connection_->start();
  loop_.run_ready();
  EXPECT_TRUE(transport_->closed);
  EXPECT_EQ(released_, 1);
}

TEST_F(H2ConnectionTest, ShutdownSaysGoodbye) {
  connect();
  open_streams(3);
  const auto waiting = client_->request("GET", "/");
  pump();
  connection_->shutdown();
  EXPECT_EQ(released_, 1);
  EXPECT_EQ(events_.closed, 3);
  EXPECT_TRUE(transport_->closed);
  EXPECT_FALSE(transport_->reset);  // the GOAWAY is to arrive
  pump();
  EXPECT_EQ(client_->goaway, std::uint32_t{NGHTTP2_NO_ERROR});
  EXPECT_TRUE(seen(waiting).statuses.empty());
}

TEST_F(H2ConnectionTest, ShutdownFromWithinAHandler) {
  handler_ = [this](const ExchangePtr&) { connection_->shutdown(); };
  connect();
  get("/");
  EXPECT_EQ(released_, 1);
}

TEST_F(H2ConnectionTest, IdleConnectionIsClosed) {
  limits_.idle_timeout = 40ms;
  connect();
  const auto id = get("/");
  exchanges_[0]->respond(text_response(200));
  EXPECT_TRUE(pump_until([&] { return released_ == 1; }));
  EXPECT_EQ(seen(id).status(), "200");
  EXPECT_EQ(client_->goaway, std::uint32_t{NGHTTP2_NO_ERROR});
}

TEST_F(H2ConnectionTest, AnOpenStreamIsNotIdle) {
  limits_.idle_timeout = 20ms;
  connect();
  open_streams(1);
  const auto until = steady_now() + 100ms;
  EXPECT_TRUE(pump_until([&] { return steady_now() > until; }));
  EXPECT_EQ(released_, 0);
}

TEST_F(H2ConnectionTest, SilentClientIsClosed) {
  limits_.header_timeout = 40ms;
  H2TestClient client;
  transport_ = std::make_shared<H2FakeTransport>(loop_);
  connection_ = make_h2_connection(context_, transport_, client.output().substr(0, 30));  // half of SETTINGS
  connection_->start();
  EXPECT_TRUE(wait_without_client());
}

TEST_F(H2ConnectionTest, UnfinishedHeaderBlockIsClosed) {
  limits_.header_timeout = 40ms;
  connect();
  open_streams(1);
  // HEADERS without END_HEADERS on stream 3, and no CONTINUATION.
  transport_->to_server += std::string("\x00\x00\x01\x01\x00\x00\x00\x00\x03\x82", 10);
  EXPECT_TRUE(pump_until([&] { return released_ == 1; }));
  EXPECT_EQ(events_.closed, 1);
}

TEST_F(H2ConnectionTest, DeadPeerIsFound) {
  limits_.peer_timeout = 80ms;
  connect();
  open_streams(1);
  // The client acknowledges PING, so it lives on.
  EXPECT_TRUE(pump_until([&] { return client_->pings >= 3; }));
  EXPECT_EQ(events_.closed, 0);
  EXPECT_TRUE(wait_without_client());  // and now it is cut off
  EXPECT_EQ(events_.closed, 1);
  EXPECT_TRUE(transport_->reset);
}

TEST_F(H2ConnectionTest, RapidResetIsStopped) {
  connect();
  int sent = 0;
  while (released_ == 0 && sent < 2000) {
    const auto id = client_->request("GET", "/");
    transport_->to_server += client_->output();
    client_->reset(id);
    ++sent;
    pump();
  }
  EXPECT_EQ(released_, 1);
  EXPECT_GT(sent, 256);  // all streams of a page at once are no attack
  EXPECT_LT(sent, 1000);
  EXPECT_EQ(client_->goaway, std::uint32_t{NGHTTP2_ENHANCE_YOUR_CALM});
}

TEST_F(H2ConnectionTest, ResetsInOneReadCallNoHandler) {
  int handled = 0;
  handler_ = [&](const ExchangePtr& exchange) {
    ++handled;
    exchange->respond(text_response(200));
  };
  connect();
  for (int i = 0; i < 100; ++i) {
    const auto id = client_->request("GET", "/");
    transport_->to_server += client_->output();
    client_->reset(id);
  }
  pump();
  EXPECT_EQ(handled, 0);
  EXPECT_EQ(released_, 0);
}

TEST_F(H2ConnectionTest, MalformedRequestsCountAsResets) {
  connect();
  int sent = 0;
  while (released_ == 0 && sent < 2000) {
    client_->request("GET", "");
    ++sent;
    pump();
  }
  EXPECT_EQ(released_, 1);
}

TEST_F(H2ConnectionTest, PingIsAnsweredAndItsFloodIsNot) {
  connect();
  int sent = 0;
  while (released_ == 0 && sent < 5000) {
    nghttp2_submit_ping(client_->session(), NGHTTP2_FLAG_NONE, nullptr);
    ++sent;
    pump();
  }
  EXPECT_EQ(released_, 1);
  EXPECT_GT(sent, 500);
  EXPECT_EQ(client_->goaway, std::uint32_t{NGHTTP2_ENHANCE_YOUR_CALM});
}

TEST_F(H2ConnectionTest, ContinuationFloodIsStopped) {
  connect();
  transport_->to_server += std::string("\x00\x00\x01\x01\x00\x00\x00\x00\x01\x82", 10);
  for (int i = 0; i < 100; ++i)
    transport_->to_server += std::string("\x00\x00\x00\x09\x00\x00\x00\x00\x01", 9);
  pump();
  EXPECT_EQ(released_, 1);
}

TEST_F(H2ConnectionTest, StreamsBeyondTheLimitAreRefused) {
  limits_.h2_streams = 2;
  connect();
  open_streams(2);
  // nghttp2's own client would wait: its frame is made by another, that did not see the limit.
  H2TestClient other;
  other.output();
  for (int i = 0; i < 3; ++i) other.request("GET", "/");
  transport_->to_server += other.output();
  transport_->signal();
  loop_.run_ready();
  EXPECT_EQ(exchanges_.size(), 2U);
}

TEST_F(H2ConnectionTest, NothingIsReadWhileTheClientTakesNoAnswers) {
  connect();
  transport_->room = 0;
  get("/");
  exchanges_[0]->respond(text_response(200));
  pump();
  EXPECT_TRUE(transport_->wants_read());  // a little may wait
  for (int i = 0; i < 900; ++i) nghttp2_submit_ping(client_->session(), NGHTTP2_FLAG_NONE, nullptr);
  pump();
  EXPECT_EQ(released_, 0);
  EXPECT_FALSE(transport_->wants_read());
  transport_->room = 1 << 20;
  pump();
  EXPECT_TRUE(transport_->wants_read());
}

TEST_F(H2ConnectionTest, GoodbyeOfTheClientEndsTheConnection) {
  connect();
  const auto id = get("/");
  nghttp2_submit_goaway(client_->session(), NGHTTP2_FLAG_NONE, 0, NGHTTP2_NO_ERROR, nullptr, 0);
  pump();
  EXPECT_EQ(released_, 0);
  exchanges_[0]->respond(text_response(200));
  pump();
  EXPECT_EQ(seen(id).status(), "200");
  transport_->eof = true;
  pump();
  EXPECT_EQ(released_, 1);
}

TEST(FloodGuardTest, RefillsWithTime) {
  const SteadyTime start = steady_now();
  FloodGuard guard(2, 10, start);
  EXPECT_TRUE(guard.take(start));
  EXPECT_TRUE(guard.take(start));
  EXPECT_FALSE(guard.take(start));
  EXPECT_TRUE(guard.take(start + 100ms));
  EXPECT_FALSE(guard.take(start + 100ms));
  EXPECT_TRUE(guard.take(start + 10s));
  EXPECT_TRUE(guard.take(start + 10s));
  EXPECT_FALSE(guard.take(start + 10s));
}

}  // namespace
}  // namespace cinnabar::http
