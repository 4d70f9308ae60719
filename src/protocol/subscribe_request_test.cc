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
