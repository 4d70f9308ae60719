// SPDX-License-Identifier: Apache-2.0
#include "http/h1_parser.h"

#include <gtest/gtest.h>

namespace cinnabar::http {
namespace {

struct Parsed {
  unsigned status = 0;  ///< 200: a head, else the refusal; 0: wants more
  Request request;
  bool keep_alive = false;
  bool complete = false;
  std::uint64_t length = 0;
};

Parsed parse(std::string_view text, const ServerLimits& limits = {}, bool by_byte = false) {
  H1Parser parser(limits);
  Parsed parsed;
  auto progress = H1Parser::Progress::kMore;
  std::size_t consumed = 0;
  for (std::size_t size = by_byte ? 1 : text.size(); size <= text.size(); ++size) {
    progress = parser.head(text.substr(0, size), consumed);
    if (progress != H1Parser::Progress::kMore) break;
  }
  if (progress == H1Parser::Progress::kRefused) parsed.status = parser.status();
  if (progress == H1Parser::Progress::kDone) {
    parsed.status = 200;
    parsed.keep_alive = parser.keep_alive();
    parsed.complete = parser.complete();
    parsed.length = parser.content_length();
    parsed.request = parser.request();
  }
  return parsed;
}

unsigned status_of(std::string_view text) {
  const unsigned whole = parse(text).status;
  EXPECT_EQ(parse(text, {}, true).status, whole) << text;  // however it is cut
  return whole;
}

std::string get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n";
}
std::string post(std::string_view fields) {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n";
}

TEST(H1Parser, ReadsAHead) {
  const Parsed parsed =
      parse("\r\nQUERY /a%20b?c=d&e HTTP/1.1\r\nHost: Example:80\r\nX-Y:  z \t\r\nContent-Length: 3\r\n\r\n");
  ASSERT_EQ(parsed.status, 200U);
  EXPECT_EQ(parsed.request.method, "QUERY");
  EXPECT_EQ(parsed.request.path, "/a%20b");
  EXPECT_EQ(parsed.request.query, "c=d&e");
  EXPECT_EQ(parsed.request.authority, "Example:80");
  EXPECT_EQ(parsed.request.header("x-y"), "z");
  EXPECT_EQ(parsed.length, 3U);
  EXPECT_FALSE(parsed.complete);
  EXPECT_TRUE(parsed.keep_alive);
  EXPECT_EQ(parsed.request.version, Version::kHttp11);
}

TEST(H1Parser, TargetForms) {
  EXPECT_EQ(parse(get("http://other:1/p?q")).request.authority, "other:1");
  EXPECT_EQ(parse(get("http://other:1/p?q")).request.path, "/p");
  EXPECT_EQ(parse(get("HTTPS://other?q")).request.path, "/");
  EXPECT_EQ(parse(get("HTTPS://other?q")).request.query, "q");
  EXPECT_EQ(parse("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").request.path, "*");
  for (const char* target : {"*", "a", "ftp://h/", "http://", "http:///p", "http://u@h/", "/a#b", "/#",
                             "/\x01", "/\x7f", "http://h\\x/"}) {
    EXPECT_EQ(status_of(get(target)), 400U) << target;
  }
  EXPECT_EQ(status_of("CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n"), 501U);
}

TEST(H1Parser, RequestLines) {
  for (const char* line : {"GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET / http/1.1", "GET /\tHTTP/1.1",
                           " GET / HTTP/1.1", "G@T / HTTP/1.1", "GET / a HTTP/1.1", "GET / HTTP/1",
                           "GET / HTTP/1.10", "/ HTTP/1.1", "\x16\x03\x01"}) {
    EXPECT_EQ(status_of(std::string(line) + "\r\nHost: h\r\n\r\n"), 400U) << line;
  }
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), 505U);
  EXPECT_EQ(status_of("GET / HTTP/0.9\r\nHost: h\r\n\r\n"), 505U);
}

TEST(H1Parser, Host) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400U);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400U);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), 400U);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400U);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: u@h\r\n\r\n"), 400U);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 200U);
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\n\r\n"), 200U);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), 200U);
}

// RFC 9112 sections 6.1, 6.3 and 11.2: what two readers could frame differently is refused.
TEST(H1Parser, SmugglingIsRefused) {
  for (const char* fields : {
           "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
           "Content-Length: 3\r\nContent-Length: 3\r\n",
           "Content-Length: 3\r\nContent-Length: 4\r\n",
           "Content-Length: 3, 3\r\n",
           "Content-Length: +3\r\n",
           "Content-Length: -3\r\n",
           "Content-Length: 0x3\r\n",
           "Content-Length: 3 3\r\n",
           "Content-Length:\r\n",
           "Content-Length: 99999999999999999999\r\n",
           "Transfer-Encoding: gzip\r\n",
           "Transfer-Encoding: gzip, chunked\r\n",
           "Transfer-Encoding: chunked, chunked\r\n",
           "Transfer-Encoding: chunked, identity\r\n",
           "Transfer-Encoding: identity\r\n",
           "Transfer-Encoding: xchunked\r\n",
           "Transfer-Encoding: \"chunked\"\r\n",
           "Transfer-Encoding:\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
           "Transfer-Encoding : chunked\r\n",
           "Content-Length : 3\r\n",
           "Content-Length\t: 3\r\n",
           " Content-Length: 3\r\n",
           "X: a\r\n Content-Length: 3\r\n",
           "X: a\r\n\tb\r\n",
           "X: a\rb\r\n",
           "X: a\nContent-Length: 3\r\n",
           "X: a\r\r\n",
           "X\r\n",
           ": x\r\n",
           "X Y: z\r\n",
           "X: \x01\r\n",
           "X: \x7f\r\n",
           "\xc3\xa9: x\r\n",
       }) {
    EXPECT_EQ(status_of(post(fields)), 400U) << fields;
  }
  EXPECT_EQ(status_of(post(std::string_view("X: a\0b\r\n", 8))), 400U);
  EXPECT_EQ(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400U);
  EXPECT_EQ(status_of("GET / HTTP/1.1\nHost: h\n\n"), 400U);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\r\n\n"), 400U);
  EXPECT_EQ(status_of(post("Transfer-Encoding: Chunked\r\n")), 200U);
  EXPECT_EQ(status_of(post("X: \xc3\xa9\tz\r\n")), 200U);  // obs-text and tab are allowed
}

TEST(H1Parser, BadLinesAreRefusedBeforeTheHeadEnds) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\n"), 400U);
  EXPECT_EQ(status_of("\x16\x03\x01\x02"), 400U);  // a TLS hello
  EXPECT_EQ(status_of("GET /"), 0U);
  EXPECT_EQ(status_of("\r\n\r\n"), 0U);
}

TEST(H1Parser, KeepAlive) {
  EXPECT_TRUE(parse(get("/")).keep_alive);
  EXPECT_FALSE(parse(post("Connection: close\r\n")).keep_alive);
  EXPECT_FALSE(parse(post("Connection: x\r\nConnection: y, Close\r\n")).keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
}

TEST(H1Parser, Expect) {
  EXPECT_EQ(status_of(post("Expect: 100-Continue\r\nContent-Length: 1\r\n")), 200U);
  EXPECT_EQ(status_of(post("Expect: 200-ok\r\n")), 417U);
  EXPECT_EQ(status_of(post("Expect: 100-continue\r\nExpect: x\r\n")), 417U);
}

// LIM-17: exactly the limit passes, one more fails.
TEST(H1Parser, Lim17Limits) {
  ServerLimits limits;
  limits.uri_bytes = 20;
  limits.header_bytes = 40;
  EXPECT_EQ(parse(get("/" + std::string(19, 'a')), limits).status, 200U);
  EXPECT_EQ(parse(get("/" + std::string(20, 'a')), limits).status, 414U);
  const auto with = [](std::size_t fill) {  // 9 for Host, 5 + fill for X, 2 for the empty line
    return "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(fill, 'x') + "\r\n\r\n";
  };
  EXPECT_EQ(parse(with(24), limits).status, 200U);
  EXPECT_EQ(parse(with(25), limits).status, 431U);
  EXPECT_EQ(parse("GET /" + std::string(100, 'a'), limits).status, 414U);
  std::string many = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 300; ++i) many += "a:\r\n";
  EXPECT_EQ(parse(many + "\r\n").status, 431U);
  EXPECT_EQ(parse(std::string(100, 'A')).status, 400U);  // no method is that long
}

struct Body {
  H1Parser::Progress progress;
  std::string text;
  std::string rest;
  std::uint64_t bytes;
};

Body decode(std::string_view fields, std::string_view body, std::size_t step, std::size_t limit = 0) {
  const ServerLimits limits;
  H1Parser parser(limits);
  const std::string head = post(fields);
  std::size_t consumed = 0;
  EXPECT_EQ(parser.head(head, consumed), H1Parser::Progress::kDone);
  EXPECT_EQ(consumed, head.size());
  Body result{H1Parser::Progress::kMore, {}, {}, 0};
  for (std::size_t at = 0; at < body.size() && result.progress == H1Parser::Progress::kMore; at += step) {
    result.rest += body.substr(at, step);
    result.progress = parser.body(result.rest, consumed, result.text, limit);
    result.rest.erase(0, consumed);
  }
  result.bytes = parser.body_bytes();
  return result;
}

TEST(H1Parser, Bodies) {
  for (const std::size_t step : {1U, 2U, 3U, 7U, 1000U}) {
    const Body fixed = decode("Content-Length: 5\r\n", "helloGET", step);
    EXPECT_EQ(fixed.progress, H1Parser::Progress::kDone);
    EXPECT_EQ(fixed.text, "hello");
    const Body chunked = decode(
        "Transfer-Encoding: chunked\r\n",
        "5\r\nhello\r\n1;a=b;c=\"d e\"\r\n \r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\nHost: evil\r\n\r\nGET",
        step);
    EXPECT_EQ(chunked.progress, H1Parser::Progress::kDone) << step;
    EXPECT_EQ(chunked.text, "hello 0123456789");
    EXPECT_EQ(std::string("GET").substr(0, chunked.rest.size()), chunked.rest);
  }
}

TEST(H1Parser, BodyBeyondTheLimitIsCountedNotKept) {
  const Body body = decode("Transfer-Encoding: chunked\r\n", "8\r\n01234567\r\n0\r\n\r\n", 4, 5);
  EXPECT_EQ(body.progress, H1Parser::Progress::kDone);
  EXPECT_EQ(body.text, "01234");
  EXPECT_EQ(body.bytes, 8U);
}

TEST(H1Parser, BrokenChunks) {
  for (const char* body :
       {"x\r\nabc", "-1\r\nabc", "5 5\r\nhello\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFFF\r\n",
        "5\nhello\n0\r\n\r\n", "1;a=\"\n\"\r\n1\r\n", "0x5\r\nhello\r\n0\r\n\r\n",
        "1\r\na\r\n0\r\nContent-Length: 5\r\n\r\n", "1\r\na\r\n0\r\nbad trailer\r\n\r\n"}) {
    EXPECT_EQ(decode("Transfer-Encoding: chunked\r\n", body, 1000).progress, H1Parser::Progress::kRefused)
        << body;
  }
  const std::string endless = "0\r\nT: " + std::string(70'000, 't');
  EXPECT_EQ(decode("Transfer-Encoding: chunked\r\n", endless, 10'000).progress, H1Parser::Progress::kRefused);
}

TEST(H1Parser, AnEmptyChunkedBodyInSingleBytes) {
  const Body body = decode("Transfer-Encoding: chunked\r\n", "0\r\nT: t\r\n\r\n", 1);
  EXPECT_EQ(body.progress, H1Parser::Progress::kDone);
  EXPECT_EQ(body.text, "");
}

TEST(H1Parser, TrailersDoNotReachTheHead) {
  const ServerLimits limits;
  H1Parser parser(limits);
  const std::string text = post("Transfer-Encoding: chunked\r\n") + "0\r\nAuthorization: x\r\n\r\n";
  std::size_t consumed = 0;
  ASSERT_EQ(parser.head(text, consumed), H1Parser::Progress::kDone);
  const std::size_t head = consumed;
  std::string body;
  ASSERT_EQ(parser.body(std::string_view(text).substr(head), consumed, body, 0), H1Parser::Progress::kDone);
  EXPECT_EQ(parser.request().header_count("authorization"), 0U);
  EXPECT_TRUE(parser.complete());
}

}  // namespace
}  // namespace cinnabar::http
