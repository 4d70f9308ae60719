// SPDX-License-Identifier: Apache-2.0
// Requests and ordinary answers over HTTP/2.
#include "http/h2_test_peer.h"

namespace cinnabar::http {
namespace {

using H2ExchangeTest = H2Test;

TEST_F(H2ExchangeTest, GetIsUnderstoodAndAnswered) {
  connect();
  const auto id =
      get("/a%20b?x=1&y=?", {{"accept", "text/event-stream"}, {"cookie", "a=1"}, {"cookie", "b=2"}});
  ASSERT_EQ(exchanges_.size(), 1U);
  const Request& request = exchanges_[0]->request();
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.path, "/a%20b");
  EXPECT_EQ(request.query, "x=1&y=?");
  EXPECT_EQ(request.authority, "hub.example");
  EXPECT_EQ(request.version, Version::kHttp2);
  EXPECT_TRUE(request.tls);
  EXPECT_EQ(request.peer, "192.0.2.7");
  EXPECT_EQ(request.header("accept"), "text/event-stream");
  EXPECT_EQ(request.header("cookie"), "a=1; b=2");
  EXPECT_EQ(request.header_count("cookie"), 1U);

  exchanges_[0]->respond({200, {{"Content-Type", "text/plain"}, {"X-Frame", "A"}}, "hello"});
  pump();
  EXPECT_EQ(seen(id).status(), "200");
  EXPECT_EQ(seen(id).header("content-type"), "text/plain");
  EXPECT_EQ(seen(id).header("content-length"), "5");
  EXPECT_EQ(seen(id).header("x-content-type-options"), "nosniff");
  EXPECT_EQ(seen(id).header("date").size(), 29U);
  EXPECT_EQ(seen(id).body, "hello");
  EXPECT_TRUE(seen(id).closed);
  EXPECT_EQ(seen(id).error, 0U);
}

// SUB-24: no field of the connection on HTTP/2; a common field yields to the handler's own.
TEST_F(H2ExchangeTest, ConnectionFieldsAreNotSent) {
  connect();
  const auto id = get("/");
  exchanges_[0]->respond({200,
                          {{"Connection", "keep-alive"},
                           {"Keep-Alive", "timeout=5"},
                           {"Transfer-Encoding", "chunked"},
                           {"x-content-type-OPTIONS", "mine"}},
                          "x"});
  pump();
  EXPECT_EQ(seen(id).status(), "200");
  EXPECT_EQ(seen(id).headers.count("connection"), 0U);
  EXPECT_EQ(seen(id).headers.count("keep-alive"), 0U);
  EXPECT_EQ(seen(id).headers.count("transfer-encoding"), 0U);
  EXPECT_EQ(seen(id).headers.count("x-content-type-options"), 1U);
  EXPECT_EQ(seen(id).header("x-content-type-options"), "mine");
}

TEST_F(H2ExchangeTest, HeadAndEmptyAnswersHaveNoBody) {
  connect();
  const auto head = client_->request("HEAD", "/");
  const auto no_content = client_->request("GET", "/");
  const auto empty = client_->request("GET", "/");
  pump();
  ASSERT_EQ(exchanges_.size(), 3U);
  exchanges_[0]->respond({200, {}, "hello"});
  exchanges_[1]->respond({204, {}, ""});
  exchanges_[2]->respond({404, {}, ""});
  pump();
  EXPECT_EQ(seen(head).header("content-length"), "5");
  EXPECT_EQ(seen(head).body, "");
  EXPECT_EQ(seen(head).data_frames, 0U);
  EXPECT_TRUE(seen(head).closed);
  EXPECT_EQ(seen(no_content).headers.count("content-length"), 0U);
  EXPECT_TRUE(seen(no_content).closed);
  EXPECT_EQ(seen(empty).header("content-length"), "0");
  EXPECT_TRUE(seen(empty).closed);
}

TEST_F(H2ExchangeTest, ALargeAnswerArrivesWhole) {
  connect();
  const auto id = get("/");
  std::string body;
  for (int i = 0; body.size() < 3'000'000; ++i) body += std::to_string(i);
  exchanges_[0]->respond({200, {}, body});
  pump();
  EXPECT_TRUE(seen(id).body == body);
  EXPECT_TRUE(seen(id).closed);
}

TEST_F(H2ExchangeTest, BodyIsReadWhole) {
  connect();
  const std::string body(300'000, 'b');  // more than the windows hold at once
  const auto id = client_->request("POST", "/", {{"content-length", "300000"}}, &body);
  pump();
  ASSERT_EQ(exchanges_.size(), 1U);
  std::string got;
  exchanges_[0]->read_body(body.size(), [&](Result<std::string> result) {
    ASSERT_TRUE(result.ok());
    got = std::move(*result);
    exchanges_[0]->respond({201, {}, "ok"});
  });
  pump();
  EXPECT_TRUE(got == body);
  EXPECT_EQ(seen(id).status(), "201");
  EXPECT_TRUE(seen(id).closed);
  EXPECT_EQ(seen(id).error, 0U);
  EXPECT_EQ(seen(id).statuses.size(), 1U);
}

TEST_F(H2ExchangeTest, AnEmptyBodyIsABody) {
  connect();
  get("/");
  bool called = false;
  exchanges_[0]->read_body(10, [&](Result<std::string> result) { called = result.ok() && result->empty(); });
  EXPECT_TRUE(called);
}

TEST_F(H2ExchangeTest, ContentLengthBeyondTheLimitIsKnownAtOnce) {
  connect();
  const std::string start = "x";
  const auto id = client_->request("POST", "/", {{"content-length", "11"}}, &start, true);
  pump();
  ErrorCode code = ErrorCode::kInternal;
  exchanges_[0]->read_body(10, [&](Result<std::string> result) {
    ASSERT_FALSE(result.ok());
    code = result.error().code;
    exchanges_[0]->respond(text_response(413));
  });
  EXPECT_EQ(code, ErrorCode::kTooLarge);
  pump();
  EXPECT_EQ(seen(id).status(), "413");
  EXPECT_TRUE(seen(id).ended);
  EXPECT_FALSE(seen(id).reset);                             // it is given time to see the answer
  EXPECT_TRUE(pump_until([&] { return seen(id).reset; }));  // RFC 9113 section 8.1: the rest is not wanted
  EXPECT_EQ(seen(id).error, std::uint32_t{NGHTTP2_NO_ERROR});
}

TEST_F(H2ExchangeTest, CountedBodyBeyondTheLimit) {
  connect();
  const std::string exact(10, 'x');
  const std::string beyond(11, 'x');
  std::vector<Result<std::string>> results;
  for (const std::string* body : {&exact, &beyond}) {
    client_->request("POST", "/", {}, body, true);
    pump();
    exchanges_.back()->read_body(10,
                                 [&](Result<std::string> result) { results.push_back(std::move(result)); });
  }
  pump();
  ASSERT_EQ(results.size(), 1U);
  ASSERT_FALSE(results[0].ok());
  EXPECT_EQ(results[0].error().code, ErrorCode::kTooLarge);
  connection_->shutdown();
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[1].error().code, ErrorCode::kClosed);  // the one of exactly the limit was not refused
}

TEST_F(H2ExchangeTest, ExpectContinueIsAnswered) {
  connect();
  const std::string none;
  const auto id = client_->request("POST", "/", {{"expect", "100-Continue"}}, &none, true);
  pump();
  EXPECT_TRUE(seen(id).statuses.empty());
  exchanges_[0]->read_body(10, [](const Result<std::string>&) {});
  pump();
  EXPECT_EQ(seen(id).statuses, std::vector<std::string>{"100"});
  exchanges_[0]->respond(text_response(200));
  pump();
  EXPECT_EQ(seen(id).statuses, (std::vector<std::string>{"100", "200"}));
}

TEST_F(H2ExchangeTest, BodyTimesOut) {
  limits_.body_timeout = std::chrono::milliseconds(40);
  connect();
  const std::string start = "x";
  const auto id = client_->request("POST", "/", {}, &start, true);
  pump();
  exchanges_[0]->read_body(10, [&](Result<std::string> result) {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::kTimeout);
    exchanges_[0]->respond(text_response(408));
  });
  EXPECT_TRUE(pump_until([&] { return seen(id).closed; }));
  EXPECT_EQ(seen(id).status(), "408");
}

TEST_F(H2ExchangeTest, ResetWhileTheBodyIsRead) {
  connect();
  const std::string start = "x";
  const auto id = client_->request("POST", "/", {}, &start, true);
  pump();
  ErrorCode code = ErrorCode::kInternal;
  exchanges_[0]->read_body(10, [&, keep = exchanges_[0]](Result<std::string> result) {
    code = result.ok() ? ErrorCode::kInternal : result.error().code;
  });
  exchanges_.clear();
  client_->reset(id);
  pump();
  EXPECT_EQ(code, ErrorCode::kClosed);
}

TEST_F(H2ExchangeTest, DroppedExchangeAnswers500) {
  connect();
  const auto id = get("/");
  exchanges_.clear();
  pump();
  EXPECT_EQ(seen(id).status(), "500");
  EXPECT_EQ(seen(id).body, "Internal Server Error\n");
}

TEST_F(H2ExchangeTest, UnreadBodiesDoNotCloseTheConnectionsWindow) {
  connect();
  const std::string body(60'000, 'b');
  for (int i = 0; i < 20; ++i) {
    const auto id = client_->request("POST", "/", {}, &body);
    pump();
    ASSERT_EQ(exchanges_.size(), 1U) << i;
    exchanges_[0]->respond(text_response(403));
    exchanges_.clear();
    pump();
    EXPECT_EQ(seen(id).status(), "403");
  }
  const auto id = client_->request("POST", "/", {}, &body);
  pump();
  std::size_t got = 0;
  exchanges_[0]->read_body(0, [&](Result<std::string> result) { got = result.ok() ? result->size() : 0; });
  EXPECT_EQ(got, body.size());
  EXPECT_FALSE(seen(id).closed);
}

// LIM-17
TEST_F(H2ExchangeTest, TooManyHeaderBytesAre431) {
  connect();
  H2TestClient::Fields fields;
  for (int i = 0; i < 7; ++i) fields.emplace_back("x-" + std::to_string(i), std::string(10'000, 'h'));
  const auto id = get("/", fields);
  EXPECT_EQ(seen(id).status(), "431");
  EXPECT_TRUE(exchanges_.empty());
  fields.resize(5);
  get("/", fields);
  EXPECT_EQ(exchanges_.size(), 1U);
}

TEST_F(H2ExchangeTest, LongPathIs414) {
  limits_.uri_bytes = 100;
  connect();
  const auto id = get("/" + std::string(100, 'p'));
  EXPECT_EQ(seen(id).status(), "414");
  get("/" + std::string(99, 'p'));
  EXPECT_EQ(exchanges_.size(), 1U);
}

TEST_F(H2ExchangeTest, ExpandingHeaderBlocksAreCutOff) {
  limits_.header_bytes = 1024;
  connect();
  H2TestClient::Fields fields(30, {"x-same", std::string(500, 'h')});
  const auto id = get("/", fields);
  EXPECT_TRUE(seen(id).reset);
  EXPECT_TRUE(exchanges_.empty());
  EXPECT_FALSE(transport_->closed);
}

TEST_F(H2ExchangeTest, MalformedRequestsAreReset) {
  connect();
  // No :path; a field of the connection; a bad value (RFC 9113 sections 8.2 and 8.3.1).
  for (const auto& [path, fields] : std::vector<std::pair<std::string, H2TestClient::Fields>>{
           {"", {}}, {"/", {{"connection", "close"}}}, {"/", {{"x-bad", "a\nb"}}}}) {
    const auto id = get(path, fields);
    EXPECT_TRUE(seen(id).closed);
    EXPECT_EQ(seen(id).error, std::uint32_t{NGHTTP2_PROTOCOL_ERROR});
  }
  EXPECT_TRUE(exchanges_.empty());
  get("/", {{"te", "trailers"}});
  EXPECT_EQ(exchanges_.size(), 1U);
}

TEST_F(H2ExchangeTest, AnyMethodIsHandedOnButConnect) {
  connect();
  get("/");
  client_->request("QUERY", "/");
  client_->request("brew", "/");
  pump();
  ASSERT_EQ(exchanges_.size(), 3U);
  EXPECT_EQ(exchanges_[1]->request().method, "QUERY");
  EXPECT_EQ(exchanges_[2]->request().method, "brew");
}

TEST_F(H2ExchangeTest, AnswersInAnyOrder) {
  connect();
  const auto first = client_->request("GET", "/1");
  const auto second = client_->request("GET", "/2");
  pump();
  exchanges_[1]->respond({200, {}, "two"});
  pump();
  EXPECT_EQ(seen(second).body, "two");
  EXPECT_FALSE(seen(first).closed);
  exchanges_[0]->respond({200, {}, "one"});
  exchanges_[0]->respond({200, {}, "again"});  // only the first counts
  pump();
  EXPECT_EQ(seen(first).body, "one");
}

TEST_F(H2ExchangeTest, ExchangeOutlivesItsConnection) {
  connect();
  get("/");
  connection_->shutdown();
  EXPECT_EQ(released_, 1);
  H2SeenEvents events;
  EXPECT_EQ(exchanges_[0]->request().path, "/");
  EXPECT_EQ(exchanges_[0]->open_stream({200, {}, ""}, events), nullptr);
  exchanges_[0]->respond(text_response(200));
  ErrorCode code = ErrorCode::kInternal;
  exchanges_[0]->read_body(1, [&](const Result<std::string>& result) { code = result.error().code; });
  EXPECT_EQ(code, ErrorCode::kClosed);
  exchanges_.clear();
  loop_.run_ready();
  EXPECT_EQ(events.closed, 0);
}

}  // namespace
}  // namespace cinnabar::http
