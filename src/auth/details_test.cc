// SPDX-License-Identifier: Apache-2.0
#include "auth/details.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "auth/json_strict.h"

namespace cinnabar {
namespace {

using testing::HasSubstr;

const HubUrl kHub = *HubUrl::parse("https://hub.example.com/.well-known/mercure");

Result<std::vector<GrantDetail>> parse(const std::string& claim, const ProtocolLimits& limits = {}) {
  const auto claims = parse_json_object(R"({"authorization_details":)" + claim + "}");
  EXPECT_TRUE(claims.ok()) << claim;
  return parse_authorization_details(*claims, limits, kHub);
}

/// A Mercure detail of these members.
std::string detail(const std::string& members) {
  return R"({"type":"https://mercure.rocks/authorization-detail",)" + members + "}";
}

std::string topics(const std::string& matchers) { return R"("actions":["publish"],"topics":)" + matchers; }

void expect_refused(const std::string& claim, const std::string& where, const ProtocolLimits& limits = {}) {
  const auto details = parse(claim, limits);
  ASSERT_FALSE(details.ok()) << claim;
  EXPECT_EQ(details.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(details.error().detail, HasSubstr(where)) << claim;
}

TEST(Details, AbsentOrEmptyGrantsNothing_AD_1) {
  const auto claims = parse_json_object("{}");
  ASSERT_TRUE(claims.ok());
  EXPECT_TRUE(parse_authorization_details(*claims, {}, kHub).value().empty());
  EXPECT_TRUE(parse("[]").value().empty());
  EXPECT_TRUE(parse(R"([{"actions":7}])").value().empty()) << "an object without type is ignored";
}

TEST(Details, RefusesOtherShapes_AD_1) {
  for (const char* claim : {"null", "{}", "\"x\"", "7", "true"})
    expect_refused(claim, "authorization_details");
  for (const char* claim : {"[null]", "[[]]", "[\"x\"]", "[1]"})
    expect_refused(claim, "authorization_details[0]");
  for (const char* claim : {R"([{"type":7}])", R"([{"type":null}])"}) {
    expect_refused(claim, "authorization_details[0].type");
  }
}

TEST(Details, IgnoresOtherTypesWhateverTheirMembers_AD_2) {
  const auto details = parse(R"([{"type":"tenant","topics":"acme","actions":{"read":true}},
      {"type":"https://mercure.rocks/authorization-detail/","actions":[]},{"type":"mercure","topics":7},)" +
                             detail(topics(R"([{"match":"a"}])")) + "]");
  ASSERT_TRUE(details.ok()) << details.error().detail;
  EXPECT_EQ(details->size(), 1U);
}

TEST(Details, ActionsAreANonEmptyArrayOfStrings_AD_3) {
  for (const char* actions :
       {R"("x":1)", R"("actions":[])", R"("actions":"publish")", R"("actions":["subscribe",1])",
        R"("actions":[null])", R"("actions":null)", R"("Actions":["publish"])"}) {
    expect_refused("[" + detail(std::string(actions) + R"(,"topics":[{"match":"a"}])") + "]",
                   "authorization_details[0].actions");
  }
}

TEST(Details, UnknownActionsGrantNothing_AD_4) {
  const auto actions = [](const char* list) {
    return parse("[" + detail("\"actions\":" + std::string(list) + R"(,"topics":[{"match":"a"}])") + "]")
        .value()
        .at(0);
  };
  EXPECT_TRUE(actions(R"(["subscribe","archive"])").subscribe);
  EXPECT_FALSE(actions(R"(["subscribe","archive"])").publish);
  EXPECT_TRUE(actions(R"(["subscribe","publish"])").publish);
  EXPECT_FALSE(actions(R"(["archive"])").subscribe);
  EXPECT_FALSE(actions(R"(["Publish"])").publish);
}

TEST(Details, TopicsAreANonEmptyArray_AD_5) {
  for (const char* list : {"[]", "{}", "\"a\"", "null", R"({"match":"a"})"}) {
    expect_refused("[" + detail(topics(list)) + "]", "authorization_details[0].topics");
  }
  expect_refused("[" + detail(R"("actions":["publish"])") + "]", "authorization_details[0].topics");
}

TEST(Details, MatchersAreObjectsWithAStringMatch_AD_6) {
  for (const char* matcher :
       {R"("https://example.com/a")", "null", "7", "[]", "{}", R"({"match":null})", R"({"match":7})",
        R"({"Match":"a"})", R"({"match_type":"exact"})", R"({"match":["a"]})"}) {
    expect_refused("[" + detail(topics(R"([{"match":"ok"},)" + std::string(matcher) + "]")) + "]",
                   "authorization_details[0].topics[1]");
  }
}

TEST(Details, MatchTypeNamesASupportedType_AD_7_MATCH_2) {
  for (const char* type : {"exact", "urlpattern"}) {
    const auto details =
        parse("[" + detail(topics(R"([{"match":"a","match_type":")" + std::string(type) + "\"}]")) + "]");
    ASSERT_TRUE(details.ok());
    EXPECT_EQ(name_of(details->at(0).matchers.at(0).type()), type);
  }
  for (const char* type : {"\"Exact\"", "\"URLPattern\"", "\"regexp\"", "\"\"", "null", "7"}) {
    expect_refused("[" + detail(topics(R"([{"match":"a","match_type":)" + std::string(type) + "}]")) + "]",
                   "match_type");
  }
}

TEST(Details, MatchIsANonEmptyProtocolString_AD_8) {
  for (const char* match : {"a\\u0000", "", "a\\n", "\\u200b", "\\u0085", "\\ufeff"}) {
    expect_refused("[" + detail(topics(R"([{"match":")" + std::string(match) + "\"}]")) + "]", "match");
  }
}

TEST(Details, PatternsMustBeValid_AD_8) {
  for (const char* match : {"{unclosed", "/(unclosed", "https://example.com/:a/:a"}) {
    expect_refused(
        "[" + detail(topics(R"([{"match":")" + std::string(match) + R"(","match_type":"urlpattern"}])")) +
            "]",
        "authorization_details[0].topics[0].match");
  }
}

TEST(Details, WildcardNeedsASupportedType_AD_9_D3) {
  const auto details =
      parse("[" + detail(topics(R"([{"match":"*"},{"match":"*","match_type":"exact"}])")) + "]");
  ASSERT_TRUE(details.ok());
  EXPECT_TRUE(details->at(0).matchers.at(0).is_wildcard());
  EXPECT_TRUE(details->at(0).matchers.at(1).is_wildcard());
  expect_refused("[" + detail(topics(R"([{"match":"*","match_type":"foo"}])")) + "]", "match_type");
}

TEST(Details, PayloadIsAnObject_AD_10_D5) {
  const auto with = [](const char* payload) {
    return "[" + detail(topics(R"([{"match":"a"}],"payload":)" + std::string(payload))) + "]";
  };
  for (const char* payload : {"\"x\"", "7", "[]", "true", "null"}) expect_refused(with(payload), "payload");
  EXPECT_EQ(parse(with(R"({ "b" : [1, "\u00e9"], "a" : {} })"))->at(0).payload, R"({"b":[1,"é"],"a":{}})");
  EXPECT_EQ(parse(with("{}"))->at(0).payload, "{}");
  EXPECT_EQ(parse("[" + detail(topics(R"([{"match":"a"}])")) + "]")->at(0).payload, "");
}

TEST(Details, UnknownMembersAreIgnored_AD_11) {
  EXPECT_TRUE(parse("[" + detail(R"("locations":[7],)" + topics(R"([{"match":"a","x":null}])")) + "]").ok());
}

TEST(Details, OneBadDetailSinksTheToken_AD_12) {
  const std::string good = detail(topics(R"([{"match":"a"}])"));
  const std::string bad = detail(R"("actions":["subscribe"],"topics":[])");
  expect_refused("[" + good + "," + bad + "]", "authorization_details[1]");
  expect_refused("[" + bad + "," + good + "]", "authorization_details[0]");
}

std::string repeated(const std::string& element, int count) {
  std::string list = "[" + element;
  for (int i = 1; i < count; ++i) list += "," + element;
  return list + "]";
}

TEST(Details, LimitsTheDetails_LIM_8) {
  const std::string one = detail(topics(R"([{"match":"a"}])"));
  EXPECT_TRUE(parse(repeated(one, 100)).ok());
  expect_refused(repeated(one, 101), "100 Mercure details");
  ProtocolLimits none;
  none.details_per_token = none.matchers_per_token = 0;
  EXPECT_TRUE(parse(repeated(one, 101), none).ok());
  EXPECT_TRUE(parse(repeated(R"({"type":"x"})", 1000)).ok()) << "others do not count";
}

TEST(Details, LimitsTheMatchersOfAllDetailsTogether_LIM_9) {
  const std::string fifty = detail(topics(repeated(R"({"match":"a"})", 50)));
  EXPECT_TRUE(parse(repeated(fifty, 2)).ok());
  expect_refused("[" + fifty + "," + fifty + "," + detail(topics(R"([{"match":"a"}])")) + "]", "100");
  expect_refused("[" + detail(topics(repeated(R"({"match":"a"})", 101))) + "]", "100");
}

TEST(Details, LimitsAPattern_LIM_10) {
  const auto with = [](std::size_t size) {
    return "[" + detail(topics(R"([{"match":")" + std::string(size, 'a') + "\"}]")) + "]";
  };
  EXPECT_TRUE(parse(with(4096)).ok());
  expect_refused(with(4097), "4096");
  ProtocolLimits none;
  none.token_pattern_bytes = 0;
  EXPECT_TRUE(parse(with(4097), none).ok());
}

}  // namespace
}  // namespace cinnabar
