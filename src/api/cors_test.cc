// SPDX-License-Identifier: Apache-2.0
#include "api/cors.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http/testing/fake_exchange.h"

namespace cinnabar {
namespace {

constexpr std::string_view kAllowOrigin = "Access-Control-Allow-Origin";
constexpr std::string_view kCredentials = "Access-Control-Allow-Credentials";

class CorsTest : public testing::Test {
 protected:
  /// What the preflight of a page of `origin` is answered.
  std::shared_ptr<http::FakeExchange> preflight(const std::string& origin, const std::string& method,
                                                const std::string& headers = {}) {
    std::vector<http::Header> fields = {{"origin", origin}, {"access-control-request-method", method}};
    if (!headers.empty()) fields.push_back({"access-control-request-headers", headers});
    auto exchange = asked("OPTIONS", std::move(fields));
    EXPECT_TRUE(Cors::is_preflight(exchange->request()));
    exchange->respond(Cors(origins, false).preflight(exchange->request()));
    return exchange;
  }

  std::shared_ptr<http::FakeExchange> asked(std::string method, std::vector<http::Header> fields) {
    http::Request request;
    request.method = std::move(method);
    request.headers = std::move(fields);
    return std::make_shared<http::FakeExchange>(loop, std::move(request));
  }

  Loop loop;
  OriginList origins =
      *OriginList::parse(std::vector<std::string>{"https://app.example", "https://*.pages.example"});
};

TEST_F(CorsTest, IsOffWithoutOrigins_CORS_1) {
  EXPECT_FALSE(Cors(OriginList(), false).enabled());
  EXPECT_TRUE(Cors(origins, false).enabled());
}

TEST_F(CorsTest, PreflightOfAnAllowedPage_CORS_6) {
  for (const char* method : {"GET", "HEAD", "POST", "QUERY"}) {
    const auto exchange =
        preflight("https://app.example", method, "Authorization, last-event-id,content-type");
    EXPECT_EQ(exchange->answer->status, 204U);
    EXPECT_EQ(exchange->field(kAllowOrigin), "https://app.example");
    EXPECT_EQ(exchange->field(kCredentials), "true");
    EXPECT_EQ(exchange->field("Access-Control-Allow-Methods"), method);
    EXPECT_EQ(exchange->field("Access-Control-Allow-Headers"), "Authorization, last-event-id,content-type");
    EXPECT_EQ(exchange->field("Vary"),
              "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
  }
}

TEST_F(CorsTest, PreflightOfWhatIsNotAllowedSaysNothing_CORS_6) {
  for (const auto& exchange :
       {preflight("https://evil.example", "GET"), preflight("https://app.example", "DELETE"),
        preflight("https://app.example", "get"), preflight("https://app.example", "GET", "x-custom"),
        preflight("https://app.example", "GET", "authorization, x"), preflight("null", "GET"),
        preflight("https://app.example.evil.example", "GET"), preflight("http://app.example", "GET")}) {
    EXPECT_EQ(exchange->answer->status, 204U);
    EXPECT_EQ(exchange->field(kAllowOrigin), "");
    EXPECT_EQ(exchange->field("Access-Control-Allow-Methods"), "");
    EXPECT_NE(exchange->field("Vary"), "");
  }
}

TEST_F(CorsTest, OnlyOptionsWithAMethodIsAPreflight) {
  EXPECT_FALSE(Cors::is_preflight(asked("OPTIONS", {{"origin", "https://app.example"}})->request()));
  EXPECT_FALSE(Cors::is_preflight(asked("GET", {{"access-control-request-method", "GET"}})->request()));
}

TEST_F(CorsTest, EveryAnswerIsDecorated_CORS_2) {
  const Cors cors(origins, true);
  const auto exchange = asked("GET", {{"origin", "https://a.pages.example"}});
  cors.decorate(exchange)->respond(http::text_response(404));
  EXPECT_EQ(exchange->answer->status, 404U);
  EXPECT_EQ(exchange->field(kAllowOrigin), "https://a.pages.example");
  EXPECT_EQ(exchange->field(kCredentials), "true");
  EXPECT_EQ(exchange->field("Vary"), "Origin");
  EXPECT_EQ(exchange->field("Access-Control-Expose-Headers"),
            "Link, Mercure-Last-Event-ID, WWW-Authenticate, Last-Event-ID");
}

TEST_F(CorsTest, StrangersGetVaryAlone_CORS_2) {
  const Cors cors(origins, false);
  for (std::vector<http::Header> fields :
       {std::vector<http::Header>{},
        {{"origin", "https://evil.example"}},
        {{"origin", "https://app.example"}, {"origin", "https://app.example"}}}) {
    const auto exchange = asked("GET", std::move(fields));
    cors.decorate(exchange)->respond(http::text_response(200));
    EXPECT_EQ(exchange->field(kAllowOrigin), "");
    EXPECT_EQ(exchange->field("Access-Control-Expose-Headers"), "");
    EXPECT_EQ(exchange->field("Vary"), "Origin");
  }
}

TEST_F(CorsTest, AnyOriginIsWithoutCredentials_CORS_3) {
  origins = *OriginList::parse(std::vector<std::string>{"*"});
  const auto exchange = asked("GET", {{"origin", "https://anybody.example"}});
  Cors(origins, false).decorate(exchange)->respond(http::text_response(200));
  EXPECT_EQ(exchange->field(kAllowOrigin), "*");
  EXPECT_EQ(exchange->field(kCredentials), "");
  EXPECT_EQ(preflight("null", "POST")->field(kAllowOrigin), "*");
}

}  // namespace
}  // namespace cinnabar
