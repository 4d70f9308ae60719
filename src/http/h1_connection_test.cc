// SPDX-License-Identifier: Apache-2.0
// HTTP/1 requests over real loopback sockets.
#include "http/h1_connection.h"

#include <gtest/gtest.h>

#include "http/testing/test_server.h"

namespace cinnabar::http {
namespace {

const std::string kHello = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n";

std::string echo(std::string_view fields, std::string_view body) {
  return "POST /echo HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

TEST(H1, AnswersAndKeepsTheConnection) {
  TestServer server;
  TestClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    client.send(kHello);
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.body, "hello\n");
    EXPECT_TRUE(answer.has("Content-Length: 6"));
    EXPECT_TRUE(answer.has("X-Frame-Options: DENY"));  // ERR-15, by common_headers
    EXPECT_TRUE(answer.mentions("\r\nDate: "));
    EXPECT_FALSE(answer.mentions("\r\nConnection: "));
  }
  EXPECT_EQ(server.server().connections(), 1U);
  client.close();
  EXPECT_TRUE(eventually([&] { return server.server().connections() == 0; }));
}

TEST(H1, TellsTheRequest) {
  TestServer server;
  TestClient client(server.port());
  client.send("GET http://Example.com:81/head?a=%20b HTTP/1.1\r\nHost: h\r\nX-Y: z\r\n\r\n");
  EXPECT_EQ(client.read_answer().body, "GET|/head|a=%20b|Example.com:81|127.0.0.1|plain\nhost=h\nx-y=z\n");
}

TEST(H1, ConnectionCloseIsObeyed) {
  TestServer server;
  TestClient client(server.port());
  client.send("GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto answer = client.read_answer();
  EXPECT_TRUE(answer.has("Connection: close"));
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(client.ended());
}

TEST(H1, Http10) {
  TestServer server;
  {
    TestClient client(server.port());
    client.send("GET /hello HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(client.read_answer().has("Connection: close"));
    client.read_to_end();
    EXPECT_TRUE(client.ended());
  }
  TestClient client(server.port());
  for (int i = 0; i < 2; ++i) {
    client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.body, "hello\n");
    EXPECT_TRUE(answer.has("Connection: keep-alive"));
  }
}

TEST(H1, PipelinedRequestsAreAnsweredInOrder) {
  TestServer server;
  TestClient client(server.port());
  std::string requests;
  for (int i = 0; i < 200; ++i) requests += kHello + echo("Content-Length: 3\r\n", std::to_string(100 + i));
  client.send(requests);
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(client.read_answer().body, "hello\n");
    EXPECT_EQ(client.read_answer().body, std::to_string(100 + i));
  }
}

TEST(H1, PipelinedBehindALateAnswer) {
  TestServer server;
  std::vector<ExchangePtr> held;  // on the loop
  server.add("GET", "/late", [&](const ExchangePtr& exchange) { held.push_back(exchange); });
  TestClient client(server.port());
  client.send("GET /late HTTP/1.1\r\nHost: h\r\n\r\n" + kHello + "GET /late HTTP/1.1\r\nHost: h\r\n\r\n" +
              kHello);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(eventually([&] {
      bool there = false;
      server.on_loop([&] { there = !held.empty(); });
      return there;
    }));
    server.on_loop([&] {
      const ExchangePtr exchange = held.back();
      held.clear();
      exchange->respond(text_response(200, "late"));
      EXPECT_TRUE(held.empty());  // the next handler does not run within respond()
    });
    EXPECT_EQ(client.read_answer().body, "late\n");
    EXPECT_EQ(client.read_answer().body, "hello\n");
  }
}

TEST(H1, AHalfClosedClientStillGetsItsAnswer) {
  TestServer server;
  TestClient client(server.port());
  client.send(kHello);
  client.end_sending();
  EXPECT_EQ(client.read_answer().body, "hello\n");
  client.read_to_end();
  EXPECT_TRUE(client.ended());
}

TEST(H1, Bodies) {
  TestServer server;
  TestClient client(server.port());
  client.send(echo("Content-Length: 5\r\n", "hello"));
  EXPECT_EQ(client.read_answer().body, "hello");
  client.send(echo("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nTrailer: t\r\n\r\n"));
  EXPECT_EQ(client.read_answer().body, "abcdefg");
  client.send(echo("", ""));
  EXPECT_EQ(client.read_answer().body, "");
  client.send("QUERY /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nq");
  EXPECT_EQ(client.read_answer().body, "q");
  const std::string slow = echo("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n");
  for (const char c : slow) client.send({&c, 1});
  EXPECT_EQ(client.read_answer().body, "abc");
}

TEST(H1, BodyLimitLim3) {
  TestServer server;
  TestClient client(server.port());
  client.send(echo("Content-Length: 100\r\n", std::string(100, 'x')));
  EXPECT_EQ(client.read_answer().status, 200U);
  client.send(echo("Content-Length: 101\r\n", std::string(101, 'x')));  // small: read past, and go on
  auto answer = client.read_answer();
  EXPECT_EQ(answer.status, 413U);
  EXPECT_FALSE(answer.has("Connection: close"));
  client.send(echo("Transfer-Encoding: chunked\r\n",
                   "40\r\n" + std::string(64, 'x') + "\r\n40\r\n" + std::string(64, 'x') + "\r\n0\r\n\r\n"));
  EXPECT_EQ(client.read_answer().status, 413U);
  client.send(kHello);
  EXPECT_EQ(client.read_answer().status, 200U);
  client.send(echo("Content-Length: 1000000000000\r\n", "x"));  // large: before a byte more is read
  answer = client.read_answer();
  EXPECT_EQ(answer.status, 413U);
  EXPECT_TRUE(answer.has("Connection: close"));
  client.read_to_end();
  EXPECT_TRUE(client.ended());
}

TEST(H1, TheClientSeesTheAnswerThoughItStillSends) {
  TestServer server;
  TestClient client(server.port());
  client.send(echo("Content-Length: 600000\r\n", std::string(600'000, 'x')));
  EXPECT_EQ(client.read_answer().status, 413U);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(client.ended());
  EXPECT_FALSE(client.was_reset());
}

TEST(H1, UnreadBodiesAreDiscarded) {
  TestServer server;
  TestClient client(server.port());
  const auto ignore = [](std::string_view fields, std::string_view body) {
    return "POST /ignore HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n" + std::string(body);
  };
  client.send(ignore("Content-Length: 60000\r\n", std::string(60'000, 'x')));
  EXPECT_FALSE(client.read_answer().has("Connection: close"));
  client.send(ignore("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n") + kHello);
  EXPECT_EQ(client.read_answer().body, "ignored\n");
  EXPECT_EQ(client.read_answer().body, "hello\n");
  client.send(ignore("Content-Length: 70000\r\n", ""));
  EXPECT_TRUE(client.read_answer().has("Connection: close"));
  client.read_to_end();
  EXPECT_TRUE(client.ended());

  TestClient endless(server.port());
  endless.send(ignore("Transfer-Encoding: chunked\r\n", "20000\r\n" + std::string(0x20000, 'x')));
  EXPECT_EQ(endless.read_answer().body, "ignored\n");
  endless.read_to_end();
  EXPECT_TRUE(endless.ended());
}

TEST(H1, Expect100) {
  TestServer server;
  TestClient client(server.port());
  client.send(echo("Content-Length: 2\r\nExpect: 100-continue\r\n", ""));
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_EQ(client.read_answer().body, "ok");

  client.send(echo("Content-Length: 2\r\nExpect: 100-continue\r\n", "ok"));  // no need to ask
  EXPECT_EQ(client.read_answer().body, "ok");

  client.send(echo("Content-Length: 101\r\nExpect: 100-continue\r\n", ""));
  auto answer = client.read_answer();
  EXPECT_EQ(answer.status, 413U);
  EXPECT_TRUE(answer.has("Connection: close"));  // whether the body follows nobody knows

  TestClient other(server.port());
  other.send(echo("Content-Length: 2\r\nExpect: magic\r\n", ""));
  EXPECT_EQ(other.read_answer().status, 417U);
}

TEST(H1, HeadHasTheLengthOfGet) {
  TestServer server;
  TestClient client(server.port());
  client.send("HEAD /hello HTTP/1.1\r\nHost: h\r\n\r\n" + kHello);
  const auto head = client.read_answer(true);
  EXPECT_EQ(head.status, 200U);
  EXPECT_TRUE(head.has("Content-Length: 6"));
  EXPECT_EQ(client.read_answer().body, "hello\n");
  client.send("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_FALSE(client.read_answer().mentions("Content-Length"));
}

TEST(H1, RefusalsCloseTheConnection) {
  TestServer server;
  const std::pair<std::string, unsigned> cases[] = {
      {"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: h\n\n", 400},
      {"GET / HTTP/3.0\r\nHost: h\r\n\r\n", 505},
      {"GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n", 414},
      {"GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(70'000, 'a'), 431},
  };
  for (const auto& [request, status] : cases) {
    TestClient client(server.port());
    client.send(request + kHello);
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, status) << request.substr(0, 80);
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_TRUE(answer.has("X-Frame-Options: DENY"));
    EXPECT_TRUE(answer.has("X-Content-Type-Options: nosniff"));
    EXPECT_EQ(client.read_to_end(), "");  // what follows is not taken for a request
    EXPECT_TRUE(client.ended()) << request.substr(0, 80);
  }
}

TEST(H1, BrokenChunksAre400AndTheEnd) {
  TestServer server;
  TestClient client(server.port());
  client.send(echo("Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n0\r\n\r\n") + kHello);
  const auto answer = client.read_answer();
  EXPECT_EQ(answer.status, 400U);
  EXPECT_TRUE(answer.has("Connection: close"));
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(H1, ADroppedRequestIs500) {
  TestServer server;
  TestClient client(server.port());
  client.send("GET /drop HTTP/1.1\r\nHost: h\r\n\r\n" + kHello);
  EXPECT_EQ(client.read_answer().status, 500U);
  EXPECT_EQ(client.read_answer().status, 200U);
}

TEST(H1, ARequestDroppedOnAnotherThreadIs500) {
  TestServer server;
  std::promise<ExchangePtr> handed;
  server.add("GET", "/away", [&](const ExchangePtr& exchange) { handed.set_value(exchange); });
  TestClient client(server.port());
  client.send("GET /away HTTP/1.1\r\nHost: h\r\n\r\n");
  {
    ExchangePtr exchange = handed.get_future().get();
    server.on_loop([] {});  // the loop has let go of its own handle
    exchange.reset();
  }
  EXPECT_EQ(client.read_answer().status, 500U);
}

TEST(H1, ALargeAnswerArrivesWhole) {
  TestServer server;
  TestClient client(server.port(), 4096);
  client.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\n" + kHello);
  const auto answer = client.read_answer();
  EXPECT_TRUE(answer.body == std::string(TestServer::kBig, 'b'));
  EXPECT_EQ(client.read_answer().body, "hello\n");
}

TEST(H1, TheClientLeavesWhileTheHandlerWorks) {
  TestServer server;
  std::promise<ExchangePtr> handed;
  server.add("GET", "/work", [&](const ExchangePtr& exchange) { handed.set_value(exchange); });
  TestClient client(server.port());
  client.send("GET /work HTTP/1.1\r\nHost: h\r\n\r\n");
  ExchangePtr exchange = handed.get_future().get();
  client.reset();
  server.on_loop([&] {
    exchange->respond(text_response(200));
    exchange.reset();
  });
  EXPECT_TRUE(eventually([&] { return server.server().connections() == 0; }));
}

TEST(H1, TheClientLeavesWhileTheBodyIsRead) {
  TestServer server;
  std::promise<ErrorCode> failed;
  server.add("POST", "/wait", [&](const ExchangePtr& exchange) {
    exchange->read_body(0, [exchange, &failed](Result<std::string> body) {
      failed.set_value(body.ok() ? ErrorCode::kInternal : body.error().code);
    });
  });
  TestClient client(server.port());
  client.send("POST /wait HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n123");
  client.close();
  EXPECT_EQ(failed.get_future().get(), ErrorCode::kClosed);
  EXPECT_TRUE(eventually([&] { return server.server().connections() == 0; }));
}

TEST(H1, ShutdownFailsABodyThatIsRead) {
  TestServer server;
  std::promise<ErrorCode> failed;
  std::promise<void> reading;
  server.add("POST", "/wait", [&](const ExchangePtr& exchange) {
    exchange->read_body(
        0, [exchange, &failed](Result<std::string> body) { failed.set_value(body.error().code); });
    reading.set_value();
  });
  TestClient client(server.port());
  client.send("POST /wait HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n123");
  reading.get_future().wait();
  server.server().shutdown();
  EXPECT_EQ(failed.get_future().get(), ErrorCode::kClosed);
}

}  // namespace
}  // namespace cinnabar::http
