// SPDX-License-Identifier: Apache-2.0
#include "http/message.h"

#include <gtest/gtest.h>

#include "http/connection.h"
#include "http/h1_head.h"

namespace cinnabar::http {
namespace {

TEST(Message, FindsAndCountsFields) {
  Request request;
  request.headers = {{"accept", "a"}, {"cookie", "1"}, {"cookie", "2"}};
  EXPECT_EQ(request.header("cookie"), "1");
  EXPECT_EQ(request.header("host"), std::nullopt);
  EXPECT_EQ(request.header_count("cookie"), 2U);
  EXPECT_EQ(request.header_count("host"), 0U);
}

TEST(Message, TextResponseErr9) {
  const Response response = text_response(403);
  EXPECT_EQ(response.status, 403U);
  EXPECT_EQ(response.body, "Forbidden\n");
  ASSERT_EQ(response.headers.size(), 2U);
  EXPECT_EQ(response.headers[0].value, "text/plain; charset=utf-8");
  EXPECT_EQ(response.headers[1].name, "X-Content-Type-Options");
  EXPECT_EQ(text_response(400, "no").body, "no\n");
}

TEST(Message, ReasonPhrases) {
  EXPECT_EQ(reason_phrase(431), "Request Header Fields Too Large");
  EXPECT_EQ(reason_phrase(299), "");
}

TEST(Message, DateIsImfFixdate) {
  const std::string_view date = http_date();
  ASSERT_EQ(date.size(), 29U) << date;
  EXPECT_EQ(date.substr(3, 2), ", ");
  EXPECT_EQ(date.substr(25), " GMT");
}

TEST(ResponseHead, CommonFieldsYieldToOwn) {
  Response response;
  response.headers = {{"x-frame-options", "SAMEORIGIN"}};
  const std::string head =
      h1_head(response, {{"X-Frame-Options", "DENY"}, {"X-Other", "1"}}, {"", false, true, 7});
  EXPECT_EQ(head.find("DENY"), std::string::npos);
  EXPECT_NE(head.find("\r\nX-Other: 1\r\n"), std::string::npos);
  EXPECT_NE(head.find("\r\nContent-Length: 7\r\n"), std::string::npos);
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TEST(ResponseHead, NoLengthWhereForbidden) {
  for (const unsigned status : {101U, 204U, 304U}) {
    Response response;
    response.status = status;
    EXPECT_EQ(h1_head(response, {}, {"", false, true, 0}).find("Content-Length"), std::string::npos)
        << status;
  }
}

TEST(ResponseHead, ValuesCannotEndTheirLine) {
  Response response;
  response.headers = {{"Mercure-Last-Event-ID", std::string("a\r\nSet-Cookie: x\0y", 18)}};
  const std::string head = h1_head(response, {}, {});
  EXPECT_NE(head.find("\r\nMercure-Last-Event-ID: a  Set-Cookie: x y\r\n"), std::string::npos) << head;
}

}  // namespace
}  // namespace cinnabar::http
