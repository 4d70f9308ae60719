// SPDX-License-Identifier: Apache-2.0
#include "protocol/publish_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace cinnabar {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Result<Update> parse(std::string_view body, const ProtocolLimits& limits = {}) {
  return parse_publish(body, limits);
}

void expect_error(std::string_view body, ErrorCode code, const ProtocolLimits& limits = {}) {
  const Result<Update> update = parse_publish(body, limits);
  ASSERT_FALSE(update.ok()) << body;
  EXPECT_EQ(update.error().code, code) << body;
  EXPECT_EQ(update.error().detail.back(), '.') << update.error().detail;
}

TEST(Publish, ParsesTheExampleOfSection25) {
  const auto update = parse(
      "topic=https%3A%2F%2Fexample.com%2Fbooks%2F1&topic=https%3A%2F%2Fexample.com%2Fusers%2F42%2Fbooks%2F1"
      "&private=on&id=urn%3Aex%3A1&type=update&data=%7B%22a%22%3A1%7D%0Aline2");
  ASSERT_TRUE(update.ok());
  EXPECT_THAT(update->topics,
              ElementsAre("https://example.com/books/1", "https://example.com/users/42/books/1"));
  EXPECT_TRUE(update->is_private);
  EXPECT_EQ(update->id, "urn:ex:1");
  EXPECT_EQ(update->type, "update");
  EXPECT_EQ(update->data, "{\"a\":1}\nline2");
  EXPECT_EQ(update->retry, "");
}

TEST(Publish, TakesWhatClientsOf0xSend_COMPAT_28) {
  const auto update = parse(
      "topic=https%3A%2F%2Fexample.com%2Fbooks%2F1&topic=%2Fusers%2F42&data=%7B%22a+b%22%3A1%7D&private=on"
      "&id=1&type=x&retry=3");
  ASSERT_TRUE(update.ok()) << update.error().detail;
  EXPECT_THAT(update->topics, ElementsAre("https://example.com/books/1", "/users/42"));
  EXPECT_EQ(update->data, R"({"a b":1})");
  EXPECT_TRUE(update->is_private);
  EXPECT_EQ(update->id, "1");
}

TEST(Publish, RefusesBytesThatAreNotUtf8Anywhere_PUB_2) {
  for (const char* body : {"topic=a&data=%FF", "topic=a&%FF=1", "topic=a&unknown=%C0%80",
                           "topic=a&data=x&data=%FF", "topic=a&id=%ED%A0%80", "topic=%FF"}) {
    expect_error(body, ErrorCode::kInvalid);
  }
  // Syntax comes before limits (ERR-10).
  ProtocolLimits limits;
  limits.topic_bytes = 1;
  expect_error("topic=aa&data=%FF", ErrorCode::kInvalid, limits);
}

TEST(Publish, NeedsATopic_PUB_3) {
  for (const char* body : {"", "data=a", "Topic=a", "topics=a"}) expect_error(body, ErrorCode::kInvalid);
}

TEST(Publish, KeepsRepeatedTopicsInOrder_PUB_4) {
  const auto update = parse("topic=c&topic=a&data=x&topic=b&topic=a");
  ASSERT_TRUE(update.ok());
  EXPECT_THAT(update->topics, ElementsAre("c", "a", "b", "a"));
}

TEST(Publish, EveryTopicIsAProtocolString_PUB_5) {
  for (const char* topic : {"a%00b", "%E2%80%8B", "%FF", "a%0Ab", "%7F", "%C2%85"}) {
    expect_error("topic=" + std::string(topic), ErrorCode::kInvalid);
    expect_error("topic=ok&topic=" + std::string(topic), ErrorCode::kInvalid);
  }
}

TEST(Publish, NoTopicIsTheWildcard_PUB_6) {
  expect_error("topic=*", ErrorCode::kInvalid);
  expect_error("topic=a&topic=%2A", ErrorCode::kInvalid);
  EXPECT_TRUE(parse("topic=**").ok());
  EXPECT_TRUE(parse("topic=+*").ok());
}

bool is_reserved(std::string_view text, const HubPath& path = HubPath(),
                 HubScheme scheme = HubScheme::kHttps) {
  const std::vector<std::string_view> texts = {"ok", text};
  Topics topics(texts, path);
  const auto checked = check_reserved(topics, path, scheme);
  EXPECT_TRUE(checked || checked.error().code == ErrorCode::kInvalid);
  return !checked;
}

TEST(Publish, GuardsTheReservedNamespace_PUB_7) {
  for (const char* topic : {"",
                            "?x",
                            "#x",
                            "mercure",
                            "./mercure",
                            "mercure?x",
                            "mercure/subscriptions/a",
                            "/.well-known/mercure",
                            "/.well-known/mercure/",
                            "/.well-known/mercure?a",
                            "https://any.example/.well-known/mercure/subscriptions/x",
                            "//any.example/.well-known/mercure/x",
                            "/.well-known/%6Dercure/x",
                            "/.%77ell-known/mercure",
                            "/.well-known/mercure/../mercure/x",
                            "/.well-known/x/%2e%2e/mercure",
                            "/.well-known/x/.%2E/mercure",
                            "https://x\\.well-known\\mercure\\y",
                            "\\.well-known\\mercure",
                            " /.well-known/mercure ",
                            "javascript:/.well-known/mercure",
                            "foo:/.well-known/mercure/x",
                            "foo://h/a/../.well-known/mercure",
                            "https:mercure"}) {
    EXPECT_TRUE(is_reserved(topic)) << topic;
  }
}

// The cheap look at the text never lets through what the URL would not.
TEST(Publish, TheTextOfReservedTopicsIsNeverTakenForHarmless_PUB_7) {
  const std::string_view pieces[] = {"/",       "//",      "https://", "http://", "h.example", ".well-known",
                                     "mercure", "MERCURE", "mer",      "cure",    "%6d",       "ercure",
                                     "..",      ".",       "?",        "#",       "\\",        "\t",
                                     "\n",      " ",       "x"};
  const HubPath paths[] = {HubPath(), HubPath("/mercure"), HubPath("/"), HubPath("/api/h%C3%BCb"),
                           HubPath("/x/")};
  std::minstd_rand random(7);
  for (int round = 0; round < 200'000; ++round) {
    std::string text;
    for (auto count = random() % 7; count > 0; --count) text += pieces[random() % std::size(pieces)];
    const HubPath& path = paths[random() % std::size(paths)];
    const auto parsed = url::Url::parse(text, &path.base(HubScheme::kHttps).url());
    if (!parsed || !path.reserves(*parsed)) continue;
    EXPECT_TRUE(path.may_reserve(text)) << text << " below " << path.text();
  }
  EXPECT_FALSE(HubPath().may_reserve("https://example.com/books/1"));
}

TEST(Publish, LeavesOtherTopicsAlone_PUB_7_PUB_8) {
  for (const char* topic :
       {".", "foo", "subscriptions/foo", "../mercure/x", "/.well-known/mercureX", "/.well-known/mercure;x",
        "/foo/.well-known/mercure/x", "/.well-known/%256Dercure", "/.well-known/mercure%2Fsubscriptions",
        "/.well-known//mercure", "/.WELL-KNOWN/mercure", "urn:example:mercure", "foo:.well-known/mercure",
        "https://[::1/x"}) {
    EXPECT_FALSE(is_reserved(topic)) << topic;
  }
  EXPECT_FALSE(is_reserved("https:mercure", HubPath(), HubScheme::kHttp)) << "absolute there";
  EXPECT_TRUE(is_reserved("http:mercure", HubPath(), HubScheme::kHttp));
}

TEST(Publish, TheReservedNamespaceFollowsTheHubsPath_PUB_10) {
  const HubPath path("/api/h%75b");
  EXPECT_TRUE(is_reserved("/api/hub/x", path));
  EXPECT_TRUE(is_reserved("hub", path));
  EXPECT_FALSE(is_reserved("/.well-known/mercure", path));
  EXPECT_FALSE(is_reserved("mercure", path));
}

TEST(Publish, DataIsOpaque_PUB_11) {
  const auto update = parse("topic=a&data=%00%0D%0A%E2%80%8B%7F");
  ASSERT_TRUE(update.ok());
  EXPECT_EQ(update->data, std::string("\0\r\n\u200B\x7F", 7));
  const auto absent = parse("topic=a");
  ASSERT_TRUE(absent.ok());
  EXPECT_EQ(absent->data, "");
}

TEST(Publish, PresenceAloneMakesPrivate_PUB_12) {
  for (const char* field : {"private", "private=", "private=on", "private=0", "private=false"}) {
    const auto update = parse("topic=a&" + std::string(field));
    ASSERT_TRUE(update.ok()) << field;
    EXPECT_TRUE(update->is_private) << field;
  }
  for (const char* body : {"topic=a", "topic=a&Private=on", "topic=private"}) {
    EXPECT_FALSE(parse(body)->is_private) << body;
  }
}

TEST(Publish, GeneratesAnId_PUB_13) {
  for (const char* body : {"topic=a", "topic=a&id", "topic=a&id=", "topic=a&id=&id=second"}) {
    const auto first = parse(body), second = parse(body);
    ASSERT_TRUE(first.ok() && second.ok()) << body;
    EXPECT_THAT(first->id, StartsWith("urn:uuid:"));
    EXPECT_EQ(first->id.size(), 45U);
    EXPECT_NE(first->id, second->id);
  }
}

TEST(Publish, RefusesReservedAndMalformedIds_PUB_14) {
  for (const char* id : {"%23x", "%23", "earliest", "a%0Ab", "a%7F", "a%00", "%E2%80%8B"}) {
    expect_error("topic=a&id=" + std::string(id), ErrorCode::kInvalid);
  }
}

TEST(Publish, KeepsValidIds_PUB_14_15) {
  for (const auto& [sent, kept] : std::vector<std::pair<std::string, std::string>>{
           {"Earliest", "Earliest"}, {"a%23", "a#"}, {"id-%5B%22x%22%5D", "id-[\"x\"]"}, {"a+b", "a b"}}) {
    const auto update = parse("topic=a&id=" + sent);
    ASSERT_TRUE(update.ok()) << sent;
    EXPECT_EQ(update->id, kept);
  }
}

TEST(Publish, ReplacesIdsWithOuterSpaces_PUB_16) {
  for (const char* id : {"+a", "a+", "+", "%20a%20"}) {
    const auto update = parse("topic=a&id=" + std::string(id));
    ASSERT_TRUE(update.ok()) << id;
    EXPECT_THAT(update->id, StartsWith("urn:uuid:")) << id;
  }
}

TEST(Publish, TypeIsAProtocolString_PUB_17) {
  for (const char* type : {"a%0Ab", "a%00", "%E2%80%8B"}) {
    expect_error("topic=a&type=" + std::string(type), ErrorCode::kInvalid);
  }
  EXPECT_EQ(parse("topic=a&type=")->type, "");
  EXPECT_EQ(parse("topic=a&type=%C3%A9+x")->type, "é x");
}

TEST(Publish, TypeMercureIsTheHubs_PUB_18) {
  expect_error("topic=a&type=mercure", ErrorCode::kInvalid);
  EXPECT_EQ(parse("topic=a&type=Mercure")->type, "Mercure");
  EXPECT_EQ(parse("topic=a&type=mercure2")->type, "mercure2");
}

TEST(Publish, RetryHoldsDigitsOnly_PUB_19) {
  for (const char* retry : {"-1", "%2B5", "1.5", "0x10", "5s", "+5", "%D9%A3"}) {
    expect_error("topic=a&retry=" + std::string(retry), ErrorCode::kInvalid);
  }
  for (const char* retry : {"5000", "0", "007", "", "999999999999999999"}) {
    const auto update = parse("topic=a&retry=" + std::string(retry));
    ASSERT_TRUE(update.ok()) << retry;
    EXPECT_EQ(update->retry, retry);
  }
}

TEST(Publish, IgnoresUnknownFields_PUB_20) {
  const auto update = parse("topic=a&foo=bar&DATA=x&=y&match=z");
  ASSERT_TRUE(update.ok());
  EXPECT_EQ(update->data, "");
}

TEST(Publish, FirstOccurrenceWins_PUB_21) {
  const auto update = parse("topic=a&data=&data=2&id=i&id=earliest&type=t&type=mercure&retry=1&retry=x");
  ASSERT_TRUE(update.ok());
  EXPECT_EQ(update->data, "");
  EXPECT_EQ(update->id, "i");
  EXPECT_EQ(update->type, "t");
  EXPECT_EQ(update->retry, "1");
}

TEST(Publish, LimitsAreExact_LIM_3_4_5_6) {
  ProtocolLimits limits;
  limits.body_bytes = 60;
  limits.topics_per_update = 2;
  limits.topic_bytes = 4;
  limits.id_bytes = 5;
  limits.type_bytes = 3;
  limits.retry_bytes = 2;
  EXPECT_TRUE(parse("topic=aaaa&topic=%20%20%20b&id=12345&type=abc&retry=99", limits).ok());
  expect_error("topic=aaaaa", ErrorCode::kTooLarge, limits);
  expect_error("topic=a&topic=b&topic=c", ErrorCode::kTooLarge, limits);
  expect_error("topic=a&id=123456", ErrorCode::kTooLarge, limits);
  expect_error("topic=a&type=abcd", ErrorCode::kTooLarge, limits);
  expect_error("topic=a&retry=123", ErrorCode::kTooLarge, limits);
  EXPECT_TRUE(parse("topic=a&data=" + std::string(47, 'x'), limits).ok());
  expect_error("topic=a&data=" + std::string(48, 'x'), ErrorCode::kTooLarge, limits);
}

TEST(Publish, DefaultLimitsAreThoseOfSection16) {
  std::string topics;
  for (int i = 0; i < 1000; ++i) topics += "topic=t&";
  EXPECT_TRUE(parse(topics).ok());
  expect_error(topics + "topic=t", ErrorCode::kTooLarge);
  EXPECT_TRUE(parse("topic=" + std::string(4096, 't')).ok());
  expect_error("topic=" + std::string(4097, 't'), ErrorCode::kTooLarge);
  expect_error("topic=a&id=" + std::string(1025, 'i'), ErrorCode::kTooLarge);
  expect_error("topic=a&type=" + std::string(257, 't'), ErrorCode::kTooLarge);
  expect_error("topic=a&retry=" + std::string(19, '1'), ErrorCode::kTooLarge);
  expect_error(std::string(1'048'577, 'a'), ErrorCode::kTooLarge);
}

TEST(Publish, ZeroMeansNoLimit) {
  const ProtocolLimits none{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  std::string body = "topic=" + std::string(5000, 't') + "&id=" + std::string(5000, 'i') +
                     "&type=" + std::string(5000, 'y') + "&retry=" + std::string(5000, '1') +
                     "&data=" + std::string(std::size_t{2} << 20, 'd');
  for (int i = 0; i < 1500; ++i) body += "&topic=t";
  EXPECT_TRUE(parse(body, none).ok());
}

TEST(Publish, ErrorsNameTheFieldAndEchoNoValue) {
  const auto update = parse("topic=a&retry=secret-value");
  ASSERT_FALSE(update.ok());
  EXPECT_THAT(update.error().detail, HasSubstr("`retry`"));
  EXPECT_THAT(update.error().detail, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace cinnabar
