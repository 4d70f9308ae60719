// SPDX-License-Identifier: Apache-2.0
#include "api/authenticate.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "auth/test_tokens.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/testing/fake_exchange.h"

namespace cinnabar {
namespace {

const test::Signer kPublisher = test::signer("publisher secret of the unit tests!!");
const test::Signer kLater = test::signer("a key that is published only later.");

/// A set of keys that answers its questions when the test says so.
class LateKeys final : public KeySource {
 public:
  KeysPtr keys() const override { return keys_; }
  bool may_change() const override { return true; }
  bool look_for(std::string_view, std::function<void()> done) override {
    if (!looks) return false;
    waiting.push_back(std::move(done));
    return true;
  }
  void publish(const Key& key) { keys_ = std::make_shared<const Keys>(Keys{VerificationKey{key, {}, {}}}); }

  bool looks = true;
  std::vector<std::function<void()>> waiting;

 private:
  KeysPtr keys_ = std::make_shared<const Keys>();
};

class AuthenticatorTest : public testing::Test {
 protected:
  AuthenticatorTest() {
    set_log_level(LogLevel::kWarn);  // refusals by the thousand
    options.resource_identifier = test::kResource;
  }
  ~AuthenticatorTest() override { set_log_level(LogLevel::kInfo); }

  /// A token of these claims that expires in an hour.
  static std::string token(const test::Signer& by = kPublisher, std::string_view more = {}) {
    return test::sign(test::kHeader,
                      R"({"iss":"https://example.com","jti":"j","exp":)" +
                          std::to_string(unix_now_ms() / 1000 + 3600) +
                          R"(,"aud":"https://hub.example.com/.well-known/mercure")" + std::string(more) + "}",
                      by);
  }

  /// Asks with these fields; `accepted` tells how often the sender was let through, and with what.
  std::shared_ptr<http::FakeExchange> ask(std::vector<http::Header> fields, std::string method = "POST",
                                          std::string peer = "192.0.2.1", bool examines = true) {
    http::Request request;
    request.method = std::move(method);
    request.path = options.path;
    request.authority = "hub.example.com";
    request.tls = true;
    request.peer = std::move(peer);
    request.headers = std::move(fields);
    auto exchange = std::make_shared<http::FakeExchange>(loop, std::move(request));
    authenticator.authenticate(exchange, Role::kPublisher, examines,
                               [this](const http::ExchangePtr&, const Contact&, TokenPtr found) {
                                 ++accepted;
                                 last = std::move(found);
                               });
    return exchange;
  }
  std::shared_ptr<http::FakeExchange> bearer(const std::string& text, std::string peer = "192.0.2.1") {
    return ask({{"authorization", "Bearer " + text}}, "POST", std::move(peer));
  }
  static unsigned status(const std::shared_ptr<http::FakeExchange>& exchange) {
    return exchange->answer ? exchange->answer->status : 0;
  }

  ApiOptions options;
  std::shared_ptr<LateKeys> late = std::make_shared<LateKeys>();
  Loop loop;
  HubAddresses addresses{options};
  TokenVerifier verifier{{[this] {
                           Issuer made = test::issuer(test::kIssuer, {kPublisher});
                           made.publisher.push_back({late, {Algorithm::kHs256}});
                           return made;
                         }()},
                         options.limits};
  TokenCache cache{100};
  DenyListHolder deny;
  RefusalFigures refusals;
  Authenticator authenticator{options, addresses, verifier, cache, deny, refusals};
  int accepted = 0;
  TokenPtr last;
};

TEST_F(AuthenticatorTest, WithoutATokenTheEndpointDecides) {
  EXPECT_EQ(status(ask({})), 0U);
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(last, nullptr);
}

TEST_F(AuthenticatorTest, TokensAreNotLookedAtWhereNobodyAsks_SUB_22) {
  EXPECT_EQ(status(ask({{"authorization", "Bearer nonsense"}}, "GET", "192.0.2.1", false)), 0U);
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(last, nullptr);
}

TEST_F(AuthenticatorTest, AGoodTokenIsVerifiedOnce_TOK_1) {
  const std::string good = token();
  EXPECT_EQ(status(bearer(good)), 0U);
  const TokenPtr first = last;
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(status(bearer(good)), 0U);
  EXPECT_EQ(last, first);
  EXPECT_EQ(cache.size(), 1U);
  cache.forget();
  EXPECT_EQ(status(bearer(good)), 0U);
  EXPECT_NE(last, first);
}

TEST_F(AuthenticatorTest, ABadTokenGetsAChallengeWithoutAReason_TOK_14) {
  late->looks = false;
  const auto first = bearer(token(kLater));
  const auto again = bearer(token(kLater));
  for (const auto& exchange : {first, again}) {
    EXPECT_EQ(status(exchange), 401U);
    EXPECT_NE(exchange->field("WWW-Authenticate").find("error=\"invalid_token\""), std::string::npos);
    EXPECT_EQ(exchange->answer->body, "Unauthorized\n");
  }
  EXPECT_EQ(accepted, 0);
}

TEST_F(AuthenticatorTest, ForDevelopmentTheReasonIsInTheBody) {
  options.explains_refusals = true;
  late->looks = false;
  EXPECT_NE(bearer(token(kLater))->answer->body.find("signature"), std::string::npos);
}

TEST_F(AuthenticatorTest, AMalformedFieldIsAnInvalidRequest_PRES_1) {
  const auto exchange = ask({{"authorization", "Basic dXNlcjpwYXNz"}});
  EXPECT_EQ(status(exchange), 400U);
  EXPECT_NE(exchange->field("WWW-Authenticate").find("error=\"invalid_request\""), std::string::npos);
}

TEST_F(AuthenticatorTest, ACookieNeedsAPageThatMayPublish_PRES_10) {
  const http::Header cookie{"cookie", options.cookie_name + "=" + token()};
  EXPECT_EQ(status(ask({cookie})), 400U);
  EXPECT_EQ(status(ask({cookie, {"origin", "https://evil.example"}})), 400U);
  EXPECT_EQ(accepted, 0);
  EXPECT_EQ(status(ask({cookie, {"origin", "https://hub.example.com"}})), 0U);
  EXPECT_EQ(status(ask({cookie}, "GET")), 0U);  // changes nothing (PRES-11)
  EXPECT_EQ(accepted, 2);
}

TEST_F(AuthenticatorTest, ATokenWhoseKeyIsNotKnownWaitsUntilItWasLookedFor_TOK_18) {
  const auto exchange = bearer(token(kLater));
  EXPECT_EQ(status(exchange), 0U);
  EXPECT_EQ(accepted, 0);
  ASSERT_EQ(late->waiting.size(), 1U);
  late->publish(kLater.key);
  late->waiting.front()();
  EXPECT_EQ(accepted, 0) << "the answer is the loop's";
  loop.run_ready();
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(status(exchange), 0U);
}

TEST_F(AuthenticatorTest, ItWaitsOnce_TOK_18) {
  const auto exchange = bearer(token(kLater));
  ASSERT_EQ(late->waiting.size(), 1U);
  late->waiting.front()();
  loop.run_ready();
  EXPECT_EQ(status(exchange), 401U);
  EXPECT_EQ(late->waiting.size(), 1U);
  EXPECT_EQ(status(bearer(token(kLater))), 401U) << "which is remembered";
  EXPECT_EQ(late->waiting.size(), 1U);
}

TEST_F(AuthenticatorTest, ADeniedTokenIsRefusedAtOnceAlthoughItIsKnown) {
  const std::string good = token();
  EXPECT_EQ(status(bearer(good)), 0U);
  deny.set(*DenyList::parse("jti=j\n", "deny"));
  EXPECT_EQ(status(bearer(good)), 401U);
  deny.set(DenyList());
  EXPECT_EQ(status(bearer(good)), 0U);
  EXPECT_EQ(accepted, 2);
}

TEST_F(AuthenticatorTest, WhoBurnsTheCpuIsHeldBack_ERR_16) {
  late->looks = false;
  const std::string known = token();
  EXPECT_EQ(status(bearer(known)), 0U);
  std::shared_ptr<http::FakeExchange> exchange;
  for (int i = 0; i < 200'000 && (!exchange || status(exchange) == 401); ++i) {
    exchange = bearer(token(kLater, R"(,"n":)" + std::to_string(i)));
  }
  EXPECT_EQ(status(exchange), 429U);
  EXPECT_EQ(exchange->field("Retry-After"), "1");
  EXPECT_EQ(status(bearer(known)), 0U) << "what is known costs nothing";
  EXPECT_EQ(status(bearer(token(kLater, R"(,"n":"other")"), "192.0.2.2")), 401U)
      << "others are not held back";
}

}  // namespace
}  // namespace cinnabar
