// SPDX-License-Identifier: Apache-2.0
// Event streams over HTTP/1 on real loopback sockets.
#include <gtest/gtest.h>

#include <atomic>

#include "http/testing/test_server.h"

namespace cinnabar::http {
namespace {

/// A user of one stream: sends a list of buffers as fast as the wire allows, then closes if told.
class StreamUser final : public StreamObserver {
 public:
  void open(const ExchangePtr& exchange) {
    Response head;
    head.headers = {{"Content-Type", "text/event-stream"}};
    stream = exchange->open_stream(std::move(head), *this);
    opened = stream != nullptr;
    refused = stream == nullptr;
  }
  void send() {
    while (stream && next < buffers.size()) {
      std::vector<const SharedBytes*> pointers;
      for (std::size_t i = next; i < buffers.size(); ++i) pointers.push_back(&buffers[i]);
      const auto [taken, state] = stream->write(pointers);
      next += taken;
      if (state == EventStream::State::kClosed) {
        stream = nullptr;
        closed_in_write = true;
      }
      if (state == EventStream::State::kBlocked) {
        ++blocked;
        return;
      }
    }
    if (stream && close_when_sent) {
      stream->close();
      stream = nullptr;
    }
  }
  void on_writable() override {
    ++writable;
    send();
  }
  void on_closed() override {
    stream = nullptr;
    closed = true;
  }

  EventStream* stream = nullptr;
  std::vector<SharedBytes> buffers;
  std::size_t next = 0;
  bool close_when_sent = false;
  int blocked = 0;
  std::atomic<int> writable{0};
  std::atomic<bool> opened{false};
  std::atomic<bool> refused{false};
  std::atomic<bool> closed{false};
  std::atomic<bool> closed_in_write{false};
};

const std::string kStream = "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n";
const std::string kHello = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n";

class H1Stream : public testing::Test {
 protected:
  H1Stream() {
    server_.add("GET", "/stream", [this](const ExchangePtr& exchange) {
      user_.open(exchange);
      user_.send();
    });
  }
  void fill(std::size_t count, std::size_t size) {
    for (std::size_t i = 0; i < count; ++i) {
      std::string body(size, static_cast<char>('a' + i % 26));
      expected_ += body;
      user_.buffers.push_back(SharedBytes::copy_of(body));
    }
  }
  void write(std::string_view text) {
    server_.on_loop([&] {
      user_.buffers.push_back(SharedBytes::copy_of(text));
      user_.send();
    });
  }
  void close_stream() {
    server_.on_loop([&] {
      user_.close_when_sent = true;
      user_.send();
    });
  }

  StreamUser user_;  // outlives the server
  TestServer server_;
  std::string expected_;
};

TEST_F(H1Stream, Sub24HeadThenChunksThenNextRequest) {
  TestClient client(server_.port());
  client.send(kStream);
  const std::string head = client.read_until("\r\n\r\n");  // before there is any event
  EXPECT_NE(head.find("\r\nTransfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_NE(head.find("\r\nConnection: keep-alive\r\n"), std::string::npos);
  EXPECT_NE(head.find("\r\nContent-Type: text/event-stream\r\n"), std::string::npos);
  EXPECT_NE(head.find("\r\nX-Frame-Options: DENY\r\n"), std::string::npos);
  EXPECT_EQ(head.find("Content-Length"), std::string::npos);
  write(":\n");
  EXPECT_EQ(client.read_exactly(7), "2\r\n:\n\r\n");
  write("id: 1\n\n");
  EXPECT_EQ(client.read_exactly(12), "7\r\nid: 1\n\n\r\n");
  close_stream();
  EXPECT_EQ(client.read_exactly(5), "0\r\n\r\n");
  client.send(kHello);
  EXPECT_EQ(client.read_answer().body, "hello\n");
  EXPECT_FALSE(user_.closed);
}

TEST_F(H1Stream, ConnectionCloseEndsWithTheStream) {
  TestClient client(server_.port());
  client.send("GET /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(client.read_until("\r\n\r\n").find("\r\nConnection: close\r\n"), std::string::npos);
  write("x");
  close_stream();
  EXPECT_EQ(client.read_to_end(), "1\r\nx\r\n0\r\n\r\n");
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(eventually([&] { return server_.server().connections() == 0; }));
}

TEST_F(H1Stream, Http10IsDelimitedByClose) {
  TestClient client(server_.port());
  client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_EQ(head.find("Transfer-Encoding"), std::string::npos);
  EXPECT_NE(head.find("\r\nConnection: close\r\n"), std::string::npos);
  write("data: 1\n\n");
  close_stream();
  EXPECT_EQ(client.read_to_end(), "data: 1\n\n");
  EXPECT_TRUE(client.ended());
}

TEST_F(H1Stream, HeadHasNoBody) {
  server_.add("HEAD", "/stream", [this](const ExchangePtr& exchange) {
    user_.open(exchange);
    user_.send();
  });
  fill(3, 100);
  user_.close_when_sent = true;
  TestClient client(server_.port());
  client.send("HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n" + kHello);
  EXPECT_EQ(client.read_answer(true).status, 200U);
  EXPECT_EQ(client.read_answer().body, "hello\n");
}

// A reader that stalls: every byte arrives once and in order, however the socket cuts them.
TEST_F(H1Stream, BackpressureKeepsEveryByte) {
  fill(3000, 1500);
  fill(40, 200'000);
  fill(500, 1);
  user_.close_when_sent = true;
  TestClient client(server_.port(), 4096);
  client.send(kStream);
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_TRUE(eventually([&] {
    bool blocked = false;
    server_.on_loop([&] { blocked = user_.blocked > 0; });
    return blocked;
  }));
  std::string body;
  for (;;) {
    const std::size_t size = std::strtoul(client.read_until("\r\n").c_str(), nullptr, 16);
    body += client.read_exactly(size);
    ASSERT_EQ(client.read_exactly(2), "\r\n");
    if (size == 0) break;
  }
  EXPECT_TRUE(body == expected_);
  EXPECT_GT(user_.writable, 0);
  client.send(kHello);
  EXPECT_EQ(client.read_answer().body, "hello\n");
}

TEST_F(H1Stream, CloseWhileBlockedSendsTheTail) {
  fill(2000, 10'000);
  TestClient client(server_.port(), 4096);
  client.send(kStream);
  std::size_t taken = 0;
  EXPECT_TRUE(eventually([&] {
    server_.on_loop([&] {
      if (user_.blocked > 0 && user_.stream) {
        taken = user_.next;
        user_.stream->close();
        user_.stream = nullptr;
      }
    });
    return taken > 0;
  }));
  const auto answer = client.read_answer();
  EXPECT_TRUE(answer.body == expected_.substr(0, taken * 10'000));
  client.send(kHello);
  EXPECT_EQ(client.read_answer().body, "hello\n");
}

TEST_F(H1Stream, AbortDropsTheConnection) {
  fill(2000, 10'000);
  TestClient client(server_.port(), 4096);
  client.send(kStream);
  EXPECT_TRUE(eventually([&] { return user_.opened.load(); }));
  server_.on_loop([&] {
    user_.stream->abort();
    user_.stream = nullptr;
  });
  client.read_to_end();
  EXPECT_TRUE(client.was_reset());
  EXPECT_FALSE(user_.closed);
  EXPECT_EQ(server_.server().connections(), 0U);
}

TEST_F(H1Stream, Conn7ClosedClientsAreNoticedAtOnce) {
  for (const bool reset : {false, true}) {
    user_.closed = user_.opened = false;
    TestClient client(server_.port());
    client.send(kStream);
    client.read_until("\r\n\r\n");
    if (reset) {
      client.reset();
    } else {
      client.close();
    }
    EXPECT_TRUE(eventually([&] { return user_.closed.load(); }));
    EXPECT_TRUE(eventually([&] { return server_.server().connections() == 0; }));
  }
}

TEST_F(H1Stream, AHalfClosedClientIsGone) {
  TestClient client(server_.port());
  client.send(kStream);
  client.read_until("\r\n\r\n");
  client.end_sending();
  EXPECT_TRUE(eventually([&] { return user_.closed.load(); }));
  client.read_to_end();
}

TEST_F(H1Stream, WriteToALostClientAnswersClosed) {
  TestClient client(server_.port());
  client.send(kStream);
  client.read_until("\r\n\r\n");
  server_.on_loop([&] {
    client.reset();  // the loop cannot have seen it
    for (int i = 0; i < 3 && user_.stream; ++i) {
      user_.buffers.push_back(SharedBytes::copy_of("x"));
      user_.send();
    }
    EXPECT_EQ(user_.stream, nullptr);
  });
  EXPECT_TRUE(user_.closed_in_write);
  EXPECT_FALSE(user_.closed);
  EXPECT_EQ(server_.server().connections(), 0U);
}

TEST_F(H1Stream, PipelinedRequestsWaitForTheEnd) {
  TestClient client(server_.port());
  client.send(kStream + kHello);
  client.read_until("\r\n\r\n");
  client.send(kHello);
  write("x");
  EXPECT_EQ(client.read_exactly(6), "1\r\nx\r\n");
  close_stream();
  EXPECT_EQ(client.read_exactly(5), "0\r\n\r\n");
  EXPECT_EQ(client.read_answer().body, "hello\n");
  EXPECT_EQ(client.read_answer().body, "hello\n");
}

TEST_F(H1Stream, AClientThatFloodsBehindAStreamIsDropped) {
  TestClient client(server_.port());
  client.send(kStream);
  client.read_until("\r\n\r\n");
  client.send(std::string(100'000, 'x'));
  EXPECT_TRUE(eventually([&] { return user_.closed.load(); }));
  EXPECT_TRUE(eventually([&] { return server_.server().connections() == 0; }));
}

TEST_F(H1Stream, AnUnreadRequestBodyIsSkippedAndTheConnectionEnds) {
  TestClient client(server_.port());
  client.send("GET /stream HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_NE(client.read_until("\r\n\r\n").find("\r\nConnection: close\r\n"), std::string::npos);
  client.send("cde" + kHello);
  write("x");
  close_stream();
  EXPECT_EQ(client.read_to_end(), "1\r\nx\r\n0\r\n\r\n");
}

TEST_F(H1Stream, OpenAfterTheClientLeft) {
  std::promise<ExchangePtr> handed;
  server_.add("GET", "/later", [&](const ExchangePtr& exchange) { handed.set_value(exchange); });
  TestClient client(server_.port());
  client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  ExchangePtr exchange = handed.get_future().get();
  client.reset();
  server_.on_loop([&] {
    user_.open(exchange);
    exchange.reset();
  });
  EXPECT_TRUE(eventually([&] { return user_.refused || user_.closed; }));
  EXPECT_TRUE(eventually([&] { return server_.server().connections() == 0; }));
}

TEST_F(H1Stream, ShutdownTellsTheUser) {
  TestClient client(server_.port());
  client.send(kStream);
  client.read_until("\r\n\r\n");
  server_.server().shutdown();
  EXPECT_TRUE(user_.closed);
  EXPECT_EQ(server_.server().connections(), 0U);
}

}  // namespace
}  // namespace cinnabar::http
