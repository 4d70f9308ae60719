// SPDX-License-Identifier: Apache-2.0
#include "protocol/subscription.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace cinnabar {
namespace {

const std::string kPath = "/.well-known/mercure/subscriptions";
constexpr std::string_view kWho = "urn:uuid:3d0f7a52-8c41-4b6e-9f27-61c2e0b4a9d8";

HubUrl hub() { return *HubUrl::parse("https://hub.example.com/.well-known/mercure"); }
Matcher pattern(std::string text) { return *Matcher::make(MatcherType::kUrlPattern, std::move(text), hub()); }
EventPtr event(const Update& update) { return Event::make(update, 1, 0); }

TEST(Subscription, SegmentsAreEncodedOnce_ACT_3) {
  EXPECT_EQ(encode_segment("https://example.com/:selector"), "https%3A%2F%2Fexample.com%2F%3Aselector");
  EXPECT_EQ(encode_segment("a b"), "a%20b");
  EXPECT_EQ(encode_segment("a%2Fb"), "a%252Fb");
  EXPECT_EQ(encode_segment("a+b"), "a%2Bb");
  EXPECT_EQ(encode_segment("*"), "%2A");
  EXPECT_EQ(encode_segment("é"), "%C3%A9");
  EXPECT_EQ(encode_segment("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(encode_segment(""), "");
}

TEST(Subscription, SegmentsAreDecodedOnce_ACT_16) {
  EXPECT_EQ(decode_segment("a%252Fb+c"), "a%2Fb+c");
  EXPECT_EQ(decode_segment("%c3%A9"), "é");
  EXPECT_EQ(decode_segment(""), "");
  for (const char* bad : {"%", "%2", "a%", "%2G", "%G2", "% 2", "%%20"}) {
    EXPECT_FALSE(decode_segment(bad)) << bad;
  }
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    EXPECT_EQ(decode_segment(encode_segment(text)), text);
  }
}

TEST(Subscription, TheDocumentIsThatOfTheProtocol_ACT_6) {
  const Update update = subscription_started(kPath, Matcher::exact("https://example.com/a"), kWho, {});
  EXPECT_EQ(update.topics,
            std::vector<std::string>{kPath + "/exact/https%3A%2F%2Fexample.com%2Fa/"
                                             "urn%3Auuid%3A3d0f7a52-8c41-4b6e-9f27-61c2e0b4a9d8"});
  EXPECT_EQ(update.data,
            R"({"id":")" + update.topics.front() +
                R"(","type":"subscription","match_type":"exact","match":"https://example.com/a",)"
                R"("subscriber":"urn:uuid:3d0f7a52-8c41-4b6e-9f27-61c2e0b4a9d8","active":true})");
  EXPECT_EQ(update.type, "mercure");
  EXPECT_TRUE(update.is_private);
  EXPECT_EQ(update.kind, UpdateKind::kSubscriptionStarted);
  EXPECT_EQ(update.id.substr(0, 9), "urn:uuid:");
}

TEST(Subscription, ASelectorHasTheOldForm_COMPAT_29_COMPAT_30_COMPAT_31) {
  const Update update = subscription_started(kPath, Matcher::topic_selector("https://example.com/{selector}"),
                                             "s", R"({"foo":"bar"})");
  const std::string topic = kPath + "/https%3A%2F%2Fexample.com%2F%7Bselector%7D/s";
  EXPECT_EQ(update.topics.front(), topic);
  EXPECT_EQ(update.data,
            R"({"@context":"https://mercure.rocks/","id":")" + topic +
                R"(","type":"Subscription","subscriber":"s","topic":"https://example.com/{selector}",)"
                R"("active":true,"payload":{"foo":"bar"}})");
  EXPECT_EQ(update.type, "");
  EXPECT_TRUE(is_selector_topic(kPath, topic));
  EXPECT_FALSE(is_selector_topic(kPath, subscription_topic(kPath, Matcher::exact(""), "s")));
  std::string scratch;
  EXPECT_EQ(without_context(update.data, scratch).substr(0, 7), R"({"id":")");
  EXPECT_EQ(without_context(R"({"id":1})", scratch), R"({"id":1})");
}

TEST(Subscription, TheEndSaysWhatTheBeginningSaid_ACT_6) {
  // What looks like the member is none within a pattern, nor within the payload.
  const std::string tricky = R"(a,"active":true,"b")";
  for (const Matcher& matcher : {Matcher::exact(tricky), Matcher::topic_selector(tricky)}) {
    const Update start = subscription_started(kPath, matcher, "s", R"({"x":1,"active":true})");
    const Update end = subscription_ended(start.topics.front(), subscription_document(*event(start)));
    std::string expected = start.data;
    const std::size_t at = expected.rfind(R"(,"active":true,"payload")");
    ASSERT_NE(at, std::string::npos);
    expected.replace(at, 14, R"(,"active":false)");
    EXPECT_EQ(end.data, expected);
    EXPECT_EQ(end.topics, start.topics);
    EXPECT_EQ(end.type, start.type);
    EXPECT_NE(end.id, start.id);
    EXPECT_TRUE(end.is_private);
    EXPECT_EQ(end.kind, UpdateKind::kSubscriptionEnded);
  }
}

TEST(Subscription, TheDocumentComesOutOfTheEvent) {
  for (const char* text : {"", "x", "\"quoted\\", "é", "data: x"}) {
    const Update update = subscription_started(kPath, Matcher::exact(text), "s", R"({"a":"data: "})");
    EXPECT_EQ(subscription_document(*event(update)), update.data);
  }
}

bool may_see(const Matcher& wanted, const Matcher& granted, bool subscribe = true) {
  GrantDetail detail;
  detail.subscribe = subscribe;
  detail.publish = !subscribe;
  detail.matchers = {granted};
  const Grants grants({detail});
  const std::array<const Matcher*, 1> matchers = {&wanted};
  return may_see_subscriptions(matchers, &grants, kPath);
}

TEST(Subscription, WhoMaySeeThem) {
  const std::vector<Matcher> reaching = {
      Matcher::exact("*"),
      Matcher::exact(kPath + "/exact/a/b"),
      pattern(kPath + "/*"),
      pattern("/.well-known/*"),
      pattern("/.well-known/mercure/subscriptions/exact/:m/:s"),
      pattern("https://hub.example.com/.well-known/mercure/subscriptions/*"),
      pattern("*://*/*"),
      Matcher::topic_selector(kPath + "/{topic}/{subscriber}"),
      Matcher::topic_selector("{+any}"),
  };
  const std::vector<Matcher> elsewhere = {
      Matcher::exact("https://example.com/a"),
      pattern("https://example.com/*"),
      pattern("/books/:id"),
      Matcher::topic_selector("https://example.com/{id}"),
      Matcher::topic_selector("a"),
  };
  const Matcher all = Matcher::exact("*");
  for (const Matcher& matcher : reaching) {
    EXPECT_TRUE(may_see(matcher, all)) << matcher.pattern();
    EXPECT_TRUE(may_see(all, matcher)) << matcher.pattern();
    EXPECT_FALSE(may_see(matcher, all, false)) << matcher.pattern();
  }
  for (const Matcher& matcher : elsewhere) {
    EXPECT_FALSE(may_see(matcher, all)) << matcher.pattern();
    EXPECT_FALSE(may_see(all, matcher)) << matcher.pattern();
  }
  const std::array<const Matcher*, 1> matchers = {&all};
  EXPECT_FALSE(may_see_subscriptions(matchers, nullptr, kPath));
}

}  // namespace
}  // namespace cinnabar
