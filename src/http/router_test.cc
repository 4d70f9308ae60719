// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include <gtest/gtest.h>

#include <optional>

#include "base/loop.h"

namespace cinnabar::http {
namespace {

class FakeExchange final : public Exchange {
 public:
  FakeExchange(Loop& loop, std::string method, std::string path) : loop_(loop) {
    request_.method = std::move(method);
    request_.path = std::move(path);
  }
  const Request& request() const override { return request_; }
  Loop& loop() const override { return loop_; }
  void read_body(std::size_t, BodyCallback) override {}
  void respond(Response given) override { response = std::move(given); }
  EventStream* open_stream(Response, StreamObserver&) override { return nullptr; }

  std::optional<Response> response;

 private:
  Loop& loop_;
  Request request_;
};

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    router_.add("GET", "/a",
                [](const ExchangePtr& exchange) { exchange->respond(text_response(200, "got")); });
    router_.add("POST", "/a",
                [](const ExchangePtr& exchange) { exchange->respond(text_response(200, "posted")); });
    router_.add("POST", "/b",
                [](const ExchangePtr& exchange) { exchange->respond(text_response(200, "b")); });
    router_.add("OPTIONS", "/c",
                [](const ExchangePtr& exchange) { exchange->respond(text_response(200, "own")); });
  }

  Response ask(std::string method, std::string path) {
    const auto exchange = std::make_shared<FakeExchange>(loop_, std::move(method), std::move(path));
    router_.dispatch(exchange);
    return exchange->response.value_or(Response{0, {}, {}});
  }
  static std::string allow(const Response& response) {
    for (const Header& header : response.headers) {
      if (header.name == "Allow") return header.value;
    }
    return "none";
  }

  Loop loop_;
  Router router_;
};

TEST_F(RouterTest, ChoosesByPathAndMethod) {
  EXPECT_EQ(ask("GET", "/a").body, "got\n");
  EXPECT_EQ(ask("POST", "/a").body, "posted\n");
  EXPECT_EQ(ask("POST", "/b").body, "b\n");
}

TEST_F(RouterTest, Err11UnknownPathIs404) {
  EXPECT_EQ(ask("GET", "/").status, 404U);
  EXPECT_EQ(ask("GET", "/a/").status, 404U);
  EXPECT_EQ(ask("OPTIONS", "/x").status, 404U);
  EXPECT_EQ(ask("GET", "/%61").status, 404U);  // raw comparison
}

TEST_F(RouterTest, ATreeTakesWhatLiesBelow) {
  router_.add_tree("GET", "/tree", [](const ExchangePtr& exchange) {
    exchange->respond(text_response(200, exchange->request().path));
  });
  router_.add("POST", "/tree/own",
              [](const ExchangePtr& exchange) { exchange->respond(text_response(200, "own")); });
  for (const char* path : {"/tree", "/tree/", "/tree//", "/tree/a/../b", "/tree/%2F"}) {
    EXPECT_EQ(ask("GET", path).body, std::string(path) + "\n");
  }
  EXPECT_EQ(ask("GET", "/trees").status, 404U);
  EXPECT_EQ(ask("GET", "/tre").status, 404U);
  EXPECT_EQ(ask("POST", "/tree/own").body, "own\n");
  EXPECT_EQ(ask("GET", "/tree/own").status, 405U);
  EXPECT_EQ(allow(ask("DELETE", "/tree/x")), "GET, HEAD, OPTIONS");
}

TEST_F(RouterTest, Err11UnsupportedMethodIs405WithAllow) {
  const Response response = ask("DELETE", "/a");
  EXPECT_EQ(response.status, 405U);
  EXPECT_EQ(allow(response), "GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(allow(ask("GET", "/b")), "OPTIONS, POST");
  EXPECT_EQ(ask("get", "/a").status, 405U);  // methods are case-sensitive
  EXPECT_EQ(ask("HEAD", "/b").status, 405U);
}

TEST_F(RouterTest, HeadGoesToGet) { EXPECT_EQ(ask("HEAD", "/a").body, "got\n"); }

TEST_F(RouterTest, OptionsTellsTheMethodsUnlessThePathHasItsOwn) {
  const Response response = ask("OPTIONS", "/a");
  EXPECT_EQ(response.status, 204U);
  EXPECT_EQ(allow(response), "GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(ask("OPTIONS", "/c").body, "own\n");
  EXPECT_EQ(ask("OPTIONS", "*").status, 204U);
  EXPECT_EQ(ask("GET", "*").status, 404U);
}

}  // namespace
}  // namespace cinnabar::http
