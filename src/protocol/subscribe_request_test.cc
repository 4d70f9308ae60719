// SPDX-License-Identifier: Apache-2.0
#include "protocol/subscribe_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace cinnabar {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const HubUrl kHub = *HubUrl::parse("https://hub.example.com/.well-known/mercure");

std::vector<std::string> patterns(std::string_view query, std::string_view body = "") {
  const auto request = parse_subscribe(query, body, {}, kHub);
  EXPECT_TRUE(request.ok()) << query << " " << (request.ok() ? "" : request.error().detail);
  std::vector<std::string> result;
  if (request.ok()) {
    for (const Matcher& matcher : request->matchers.matchers()) result.push_back(matcher.pattern());
  }
  return result;
}

std::string refusal(std::string_view query, std::string_view body = "", const ProtocolLimits& limits = {}) {
  const auto request = parse_subscribe(query, body, limits, kHub);
  EXPECT_FALSE(request.ok()) << query;
  if (request.ok()) return "";
  EXPECT_EQ(request.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(request.error().detail.back(), '.');
  return request.error().detail;
}

std::optional<std::string> cursor(std::string_view query, std::string_view body = "") {
  const auto request = parse_subscribe(query, body, {}, kHub);
  EXPECT_TRUE(request.ok()) << query;
  return request.ok() ? request->last_event_id : std::nullopt;
}

TEST(Subscribe, UnitesQueryAndBody_SUB_4_5) {
  EXPECT_THAT(patterns("match=a", "match=b&match_exact=c"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(patterns("", "match=b"), ElementsAre("b"));
  EXPECT_THAT(refusal("match=a", "Match=b"), HasSubstr("lower case"));
  refusal("match=a", "x=%FF");
  refusal("match=a", "%FF=x");
}

TEST(Subscribe, CursorOfTheQueryWins_SUB_6_HIST_8) {
  EXPECT_EQ(cursor("match=a"), std::nullopt);
  EXPECT_EQ(cursor("match=a&last_event_id"), "");
  EXPECT_EQ(cursor("match=a&last_event_id="), "");
  EXPECT_EQ(cursor("match=a&last_event_id=1&last_event_id=2"), "1");
  EXPECT_EQ(cursor("match=a", "last_event_id=b1&last_event_id=b2"), "b1");
  EXPECT_EQ(cursor("match=a&last_event_id=earliest", "last_event_id=urn%3Aex%3A1"), "earliest");
  EXPECT_EQ(cursor("match=a&last_event_id=", "last_event_id=b"), "") << "an empty one is present too";
  EXPECT_EQ(cursor("match=a&lastEventID=1&Last-Event-ID=2&lastEventId=3"), std::nullopt);
}

TEST(Subscribe, ParsesAsAForm_SUB_7) {
  EXPECT_THAT(patterns("%6Datch=foo"), ElementsAre("foo"));
  EXPECT_THAT(patterns("match=a;b"), ElementsAre("a;b"));
  EXPECT_THAT(patterns("match=100%"), ElementsAre("100%"));
  EXPECT_THAT(patterns("match=a+b%2B"), ElementsAre("a b+"));
}

TEST(Subscribe, KnowsMatchAndMatchExact_SUB_9) {
  EXPECT_THAT(patterns("match=a&match_exact=b"), ElementsAre("a", "b"));
}

TEST(Subscribe, RefusesOtherNamesOfTheMatcherNamespace_SUB_10) {
  for (const char* parameter : {"Match=x", "MATCH_exact=x", "matchURLPattern=x", "match_URLPattern=x",
                                "match_=x", "match_regexp=x", "match[]=x", "matchmaker=x",
                                "match_urltemplate=x", "%4Datch=x", "match%FF=x", "MATCH", "match_Exact=x"}) {
    refusal(parameter);
    refusal("match=a&" + std::string(parameter));
    refusal(std::string(parameter) + "&match=a");
  }
  EXPECT_THAT(patterns("match=a&mat=x&rematch=y&_match=z"), ElementsAre("a"));
}

TEST(Subscribe, IgnoresForeignParameters_SUB_11) {
  EXPECT_THAT(
      patterns("match=a&utm=1&topic=b&authorization=c&access_token=d&lastEventID=e&Last-Event-ID=f&%FF=%FF"),
      ElementsAre("a"));
}

TEST(Subscribe, NeedsAMatcher_SUB_12) {
  for (const char* query : {"", "utm=1", "last_event_id=a", "&"}) {
    EXPECT_THAT(refusal(query), HasSubstr("`match`")) << query;
  }
}

TEST(Subscribe, ALoneTopicIsHintedAtMatch_D2) {
  const std::string hint = refusal("topic=https%3A%2F%2Fexample.com");
  EXPECT_THAT(hint, HasSubstr("`match`"));
  EXPECT_THAT(hint, HasSubstr("`topic`"));
  EXPECT_THAT(hint, Not(HasSubstr("example.com")));
}

TEST(Subscribe, AnEmptyValueIsAPattern_SUB_13) {
  EXPECT_THAT(patterns("match"), ElementsAre(""));
  EXPECT_THAT(patterns("match="), ElementsAre(""));
}

TEST(Subscribe, ValuesAreProtocolStrings_SUB_14) {
  for (const char* value : {"%00", "a%0Ab", "%7F", "%C2%85", "%E2%80%AE", "%EF%BB%BF", "%FF", "%C0%80"}) {
    EXPECT_THAT(refusal("match=" + std::string(value)), HasSubstr("`match`"));
    EXPECT_THAT(refusal("match=a&match_exact=" + std::string(value)), HasSubstr("`match_exact`"));
  }
}

TEST(Subscribe, MergesIdenticalMatchers_SUB_16) {
  EXPECT_THAT(patterns("match=a&match_exact=a&match=a", "match=a"), ElementsAre("a"));
}

TEST(Subscribe, OrdersByNameThenPosition_SUB_27) {
  EXPECT_THAT(patterns("match_exact=1&match=2&match_exact=3&match=4", "match_exact=5&match=6"),
              ElementsAre("2", "4", "6", "1", "3", "5"));
  EXPECT_THAT(patterns("match_urlpattern=/b&match_urlpattern=/a&match=/c"), ElementsAre("/c", "/b", "/a"));
}

TEST(Subscribe, WildcardIsOneMatcherAmongOthers_MATCH_3) {
  EXPECT_THAT(patterns("match=*&match_exact=a"), ElementsAre("*", "a"));
  EXPECT_THAT(patterns("match_urlpattern=*"), ElementsAre("*"));
}

TEST(Subscribe, RefusesUnsupportedTypes_MATCH_2_D3) {
  refusal("match_urltemplate=a");
  refusal("match_foo=*");
}

TEST(Subscribe, CountsMatchersBeforeMerging_LIM_1) {
  std::string query;
  for (int i = 0; i < 100; ++i) query += "match=a&";
  EXPECT_THAT(patterns(query), ElementsAre("a"));
  EXPECT_THAT(refusal(query + "match=a"), HasSubstr("100"));
  refusal(query, "match_exact=a");
  ProtocolLimits none;
  none.matchers_per_request = 0;
  EXPECT_TRUE(parse_subscribe(query + "match=a", "", none, kHub).ok());
}

TEST(Subscribe, LimitsAPattern_LIM_2) {
  EXPECT_THAT(patterns("match=" + std::string(4096, 'a')), ElementsAre(std::string(4096, 'a')));
  EXPECT_THAT(refusal("match=" + std::string(4097, 'a')), HasSubstr("4096"));
  ProtocolLimits none;
  none.pattern_bytes = 0;
  EXPECT_TRUE(parse_subscribe("match=" + std::string(4097, 'a'), "", none, kHub).ok());
}

constexpr Compatibility kV8 = Compatibility::kVersion8;
constexpr Compatibility kV7 = Compatibility::kVersion7;

SubscribeRequest legacy(std::string_view query, std::string_view body = "", Compatibility version = kV8) {
  auto request = parse_subscribe(query, body, {}, kHub, version);
  EXPECT_TRUE(request.ok()) << query << " " << (request.ok() ? "" : request.error().detail);
  return request.ok() ? std::move(*request) : SubscribeRequest();
}

/// As "type pattern".
std::vector<std::string> legacy_matchers(std::string_view query, std::string_view body = "") {
  const SubscribeRequest request = legacy(query, body);
  std::vector<std::string> result;
  for (const Matcher& matcher : request.matchers.matchers()) {
    result.push_back(std::string(name_of(matcher.type())) + " " + matcher.pattern());
  }
  return result;
}

std::string legacy_refusal(std::string_view query, const ProtocolLimits& limits = {}) {
  const auto request = parse_subscribe(query, "", limits, kHub, kV8);
  EXPECT_FALSE(request.ok()) << query;
  return request.ok() ? "" : request.error().detail;
}

TEST(LegacySubscribe, EachTopicIsASubscription_COMPAT_4_SUB_27) {
  EXPECT_THAT(legacy_matchers("topic=b&topic=https%3A%2F%2Fexample.com%2F%7Bid%7D"),
              ElementsAre("topic b", "topic https://example.com/{id}"));
  EXPECT_THAT(legacy_matchers("topic=a&match_urlpattern=/c&match_exact=b&topic=*&match=a", "topic=z&match=y"),
              ElementsAre("exact a", "exact y", "exact b", "urlpattern /c", "topic a", "topic *", "topic z"));
  EXPECT_THAT(legacy_matchers("topic=a&topic=a&match=a"), ElementsAre("exact a", "topic a"));
  EXPECT_THAT(legacy_matchers("topic"), ElementsAre("topic "));
  EXPECT_THAT(legacy_matchers("topic=%7Bunclosed"), ElementsAre("topic {unclosed")) << "never an error";
  EXPECT_THAT(legacy_matchers("topic=a&Topic=b&topic[]=c"), ElementsAre("topic a"));
  EXPECT_TRUE(legacy("topic=a", "", kV7).legacy);
}

TEST(LegacySubscribe, NeitherKindIsAnError_COMPAT_4) {
  for (const char* query : {"", "lastEventID=1", "Topic=a"}) {
    EXPECT_THAT(legacy_refusal(query), HasSubstr("`match` or `topic`")) << query;
  }
  EXPECT_THAT(legacy_refusal("topic=a&match_urltemplate=b"), HasSubstr("`match`")) << "SUB-10 holds";
}

TEST(LegacySubscribe, SelectorsAreProtocolStringsWithinLimits_COMPAT_8) {
  for (const char* value : {"%00", "a%0Ab", "%FF", "%E2%80%AE"}) {
    EXPECT_THAT(legacy_refusal("topic=" + std::string(value)), HasSubstr("`topic`"));
  }
  legacy("topic=" + std::string(4096, 'a'));
  EXPECT_THAT(legacy_refusal("topic=" + std::string(4097, 'a')), HasSubstr("4096"));
  std::string selectors, matchers;
  for (int i = 0; i < 1000; ++i) selectors += "topic=a&";
  for (int i = 0; i < 100; ++i) matchers += "match=a&";
  legacy(selectors + matchers);
  EXPECT_THAT(legacy_refusal(selectors + "topic=a"), HasSubstr("1000"));
  EXPECT_THAT(legacy_refusal(matchers + "topic=a&match=a"), HasSubstr("100 "));
  ProtocolLimits none;
  none.selectors_per_request = 0;
  EXPECT_TRUE(parse_subscribe(selectors + "topic=a", "", none, kHub, kV8).ok());
}

TEST(LegacySubscribe, ReadsTheCursorsOfItsVersion_COMPAT_9) {
  const auto v8 = [](std::string_view query, std::string_view body = "") {
    return legacy("topic=a&" + std::string(query), body).last_event_id;
  };
  const auto v7 = [](std::string_view query) {
    return legacy("topic=a&" + std::string(query), "", kV7).last_event_id;
  };
  EXPECT_EQ(v8("lastEventID=1"), "1");
  EXPECT_EQ(v7("lastEventID=1"), "1");
  EXPECT_EQ(v8("Last-Event-ID=1"), std::nullopt) << "version 7 alone";
  EXPECT_EQ(v7("Last-Event-ID=1"), "1");
  EXPECT_EQ(v8("lastEventId=1"), "1");
  EXPECT_EQ(v7("lastEventId=1"), "1");
  EXPECT_EQ(v7("lastEventId=4&Last-Event-ID=3&lastEventID=2&last_event_id=1"), "1");
  EXPECT_EQ(v7("lastEventId=4&Last-Event-ID=3&lastEventID=2"), "2");
  EXPECT_EQ(v7("lastEventId=4&Last-Event-ID=3"), "3");
  EXPECT_EQ(v8("lastEventId=4&Last-Event-ID=3"), "4");
  EXPECT_EQ(v8("lastEventID=1&lastEventID=2"), "1");
  EXPECT_EQ(v8("lastEventID=query", "lastEventID=body"), "query");
  EXPECT_EQ(v8("lastEventID=query", "last_event_id=body"), "body") << "by name before by place";
  EXPECT_EQ(v8("lasteventid=1&LastEventID=1&last-event-id=1"), std::nullopt);
}

TEST(LegacySubscribe, AnEmptyLegacyCursorIsNone_COMPAT_10) {
  EXPECT_EQ(legacy("topic=a&lastEventID=").last_event_id, std::nullopt);
  EXPECT_EQ(legacy("topic=a&lastEventID=&lastEventId=x").last_event_id, "x");
  EXPECT_EQ(legacy("topic=a&last_event_id=&lastEventID=x").last_event_id, "x")
      << "as D9 has it for the field";
  EXPECT_EQ(legacy("topic=a&last_event_id=&lastEventID=").last_event_id, "") << "HIST-8";
}

TEST(LegacySubscribe, TellsWhoReadsTheOldResponseField_COMPAT_10) {
  EXPECT_TRUE(legacy("topic=a").legacy);
  EXPECT_TRUE(legacy("match=a&lastEventID=1").legacy);
  EXPECT_TRUE(legacy("match=a&lastEventId=1").legacy);
  EXPECT_TRUE(legacy("match=a&last_event_id=1&lastEventID=1").legacy);
  EXPECT_TRUE(legacy("match=a&Last-Event-ID=1", "", kV7).legacy);
  EXPECT_FALSE(legacy("match=a&Last-Event-ID=1").legacy);
  EXPECT_FALSE(legacy("match=a&lastEventID=").legacy);
  EXPECT_FALSE(legacy("match=a&last_event_id=1").legacy);
  EXPECT_FALSE(legacy("match=a", "", Compatibility::kNone).legacy);
  EXPECT_FALSE(legacy("match=a&topic=b&lastEventID=1", "", Compatibility::kNone).legacy);
}

TEST(LegacySubscribe, ModernRequestsMeanTheSame_COMPAT_1) {
  EXPECT_THAT(legacy_matchers("match=https%3A%2F%2Fexample.com%2F%7Bid%7D&last_event_id=1"),
              ElementsAre("exact https://example.com/{id}"));
}

TEST(Subscribe, CompilesPatternsAgainstTheHubsUrl_MATCH_5_SUB_13) {
  const auto request = parse_subscribe("match_urlpattern=/books/:id&match_urlpattern", "", {}, kHub);
  ASSERT_TRUE(request.ok()) << request.error().detail;
  const HubPath path;
  for (const char* topic :
       {"/books/1", "https://hub.example.com/books/1", "https://hub.example.com/.well-known/?x"}) {
    const std::vector<std::string_view> texts = {topic};
    Topics topics(texts, path);
    EXPECT_TRUE(request->matchers.selects(topics)) << topic;
  }
}

TEST(Subscribe, RefusesInvalidPatterns_SUB_15) {
  for (const char* pattern : {"{unclosed", "/(unclosed", "https://example.com/:a/:a"}) {
    EXPECT_THAT(refusal("match_urlpattern=" + std::string(pattern)), HasSubstr("`match_urlpattern`"));
  }
}

}  // namespace
}  // namespace cinnabar
