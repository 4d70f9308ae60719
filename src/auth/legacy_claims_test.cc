// SPDX-License-Identifier: Apache-2.0
#include "auth/legacy_claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "auth/json_strict.h"

namespace cinnabar {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const HubPath kPath;
const HubUrl kHub = *HubUrl::parse("https://hub.example.com/.well-known/mercure");

Result<Grants> parse(const std::string& claims, Compatibility version = Compatibility::kVersion8,
                     const ProtocolLimits& limits = {}) {
  const auto object = parse_json_object(claims);
  EXPECT_TRUE(object.ok()) << claims;
  return parse_grants(*object, limits, kHub, version);
}

/// A token whose `mercure` claim is this.
std::string mercure(const std::string& claim) { return R"({"mercure":)" + claim + "}"; }

Grants granted(const std::string& claims, Compatibility version = Compatibility::kVersion8) {
  Result<Grants> grants = parse(claims, version);
  EXPECT_TRUE(grants.ok()) << claims << ": " << (grants.ok() ? "" : grants.error().detail);
  return grants.ok() ? *grants : Grants();
}

void expect_refused(const std::string& claims, const std::string& where, const ProtocolLimits& limits = {}) {
  for (const Compatibility version : {Compatibility::kVersion8, Compatibility::kVersion7}) {
    const Result<Grants> grants = parse(claims, version, limits);
    ASSERT_FALSE(grants.ok()) << claims;
    EXPECT_EQ(grants.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(grants.error().detail, StartsWith(where)) << claims;
  }
}

using Texts = std::vector<std::string>;

bool may_publish(const Grants& grants, const Texts& topics, bool is_private = true) {
  Topics parsed(topics, kPath);
  return grants.may_publish(parsed, is_private);
}

bool may_receive(const Grants& grants, const Texts& topics) {
  Topics parsed(topics, kPath);
  return grants.may_receive(parsed);
}

std::string payload_for(const Grants& grants, std::string_view pattern) {
  Topic topic(pattern, kPath);
  return grants.payload_for(topic);
}

/// `count` copies of an element, as an array.
std::string repeated(const std::string& element, int count) {
  std::string list = "[" + element;
  for (int i = 1; i < count; ++i) list += "," + element;
  return list + "]";
}

TEST(LegacyClaims, GrantsByTopicSelectors_COMPAT_16_COMPAT_25) {
  const Grants symfony = granted(mercure(R"({"publish":["*"],"subscribe":[]})"));
  EXPECT_TRUE(may_publish(symfony, {"a", "https://example.com/b"}));
  EXPECT_FALSE(may_receive(symfony, {"a"}));

  const Grants grants = granted(mercure(
      R"({"publish":["a","https://example.com/books/{id}"],"subscribe":["/users/{id}{/rest*}"],"x":7})"));
  EXPECT_TRUE(may_publish(grants, {"a", "https://example.com/books/1"}));
  EXPECT_FALSE(may_publish(grants, {"a", "b"})) << "every topic must match";
  EXPECT_FALSE(may_publish(grants, {"https://example.com/books/1/x"}));
  EXPECT_TRUE(may_receive(grants, {"b", "/users/42/books/1"})) << "one topic is enough";
  EXPECT_FALSE(may_receive(grants, {"a", "https://example.com/books/1"}));
}

TEST(LegacyClaims, RefusesOtherShapes_COMPAT_16) {
  for (const char* claim : {R"("x")", "7", "null", "[]", "true"})
    expect_refused(mercure(claim), "mercure must");
  for (const std::string array : {"publish", "subscribe"}) {
    for (const char* value : {"\"*\"", "null", "{}", "1"}) {
      expect_refused(mercure(R"({")" + array + "\":" + value + "}"), "mercure." + array + " must");
    }
    for (const char* entry : {"1", "null", "[]", "true"}) {
      expect_refused(mercure(R"({")" + array + R"(":["a",)" + entry + "]}"), "mercure." + array + "[1] must");
    }
  }
}

TEST(LegacyClaims, PayloadIsAnyJson_COMPAT_16) {
  for (const char* payload : {R"({"b":[1,"é"]})", "7", "\"\"", "[]", "false"}) {
    EXPECT_EQ(granted(mercure(R"({"payload":)" + std::string(payload) + "}")).default_payload(), payload);
  }
  EXPECT_EQ(granted(mercure(R"({"payload":null})")).default_payload(), "");
  EXPECT_EQ(granted(mercure("{}")).default_payload(), "");
}

TEST(LegacyClaims, TheNamespacedClaimReplacesTheOther_COMPAT_17) {
  const Grants grants =
      granted(R"({"mercure":{"publish":["*"]},"https://mercure.rocks/":{"subscribe":["a"]}})");
  EXPECT_FALSE(may_publish(grants, {"a"}));
  EXPECT_TRUE(may_receive(grants, {"a"}));
  EXPECT_FALSE(may_publish(granted(R"({"mercure":{"publish":["*"]},"https://mercure.rocks/":{}})"), {"a"}));
  EXPECT_TRUE(may_receive(granted(R"({"mercure":"x","https://mercure.rocks/":{"subscribe":["a"]}})"), {"a"}))
      << "what is replaced is not looked at";
  EXPECT_TRUE(may_publish(granted(R"({"mercure":{"publish":["*"]},"https://mercure.rocks/":"x"})"), {"a"}))
      << "only an object replaces";
  expect_refused(R"({"https://mercure.rocks/":{"publish":"*"}})", "https://mercure.rocks/.publish must");
}

TEST(LegacyClaims, EntriesMayBeObjects_COMPAT_18) {
  const Grants grants = granted(mercure(
      R"({"publish":[{"match":"a","payload":7}],"subscribe":["x",{"match":"/books/{id}"},
          {"match":"https://example.com/:id","match_type":"urlpattern","payload":{}}]})"));
  EXPECT_TRUE(may_publish(grants, {"a"}));
  EXPECT_TRUE(may_receive(grants, {"x"}));
  EXPECT_TRUE(may_receive(grants, {"https://example.com/1"}));
  EXPECT_TRUE(may_receive(grants, {"/books/{id}"}));
  EXPECT_FALSE(may_receive(grants, {"/books/1"})) << "without match_type it is exact";

  expect_refused(mercure(R"({"subscribe":[null]})"), "mercure.subscribe[0]");
  expect_refused(mercure(R"({"subscribe":[{}]})"), "mercure.subscribe[0]");
  expect_refused(mercure(R"({"subscribe":[{"match":7}]})"), "mercure.subscribe[0]");
  expect_refused(mercure(R"({"subscribe":[{"match":"/(","match_type":"urlpattern"}]})"),
                 "mercure.subscribe[0].match");
  for (const char* type : {"\"Exact\"", "\"topic\"", "\"urltemplate\"", "\"\"", "null", "7"}) {
    expect_refused(mercure(R"({"publish":["a",{"match":"*","match_type":)" + std::string(type) + "}]}"),
                   "mercure.publish[1].match_type");
  }
}

TEST(LegacyClaims, LimitsTheEntries_COMPAT_19) {
  for (const std::string array : {"publish", "subscribe"}) {
    const auto with = [&](const std::string& entries) {
      return mercure(R"({")" + array + "\":" + entries + "}");
    };
    EXPECT_TRUE(parse(with(repeated("\"/{a}\"", 1000))).ok());
    EXPECT_TRUE(parse(with(repeated(R"({"match":"a"})", 1000))).ok());
    expect_refused(with(repeated("\"a\"", 1001)), "mercure." + array + " holds more than 1000");
    EXPECT_TRUE(parse(with("[\"" + std::string(4096, 'a') + "\"]")).ok());
    expect_refused(with("[\"" + std::string(4097, 'a') + "\"]"),
                   "mercure." + array + "[0] is longer than 4096");
    for (const char* text : {R"(a\u0000)", R"(\n)", R"(\u200b)", R"(\u0085)"}) {
      expect_refused(with("[\"" + std::string(text) + "\"]"), "mercure." + array + "[0]");
    }
  }
  EXPECT_TRUE(parse(mercure(R"({"publish":)" + repeated("\"a\"", 1000) + R"(,"subscribe":)" +
                            repeated("\"a\"", 1000) + "}"))
                  .ok())
      << "each array has its own limit";
  ProtocolLimits none;
  none.selectors_per_token = none.token_pattern_bytes = 0;
  EXPECT_TRUE(parse(mercure(R"({"publish":)" + repeated("\"" + std::string(4097, 'a') + "\"", 1001) + "}"),
                    Compatibility::kVersion8, none)
                  .ok());
}

TEST(LegacyClaims, LimitsTheUrlPatternsOfATokenAltogether_LIM_9) {
  const std::string fifty = repeated(R"x({"match":"/:x([a-z]{100})","match_type":"urlpattern"})x", 50);
  EXPECT_TRUE(parse(mercure(R"({"publish":)" + fifty + R"(,"subscribe":)" + fifty + "}")).ok());
  const std::string many = repeated(R"x({"match":"/:x([a-z]{1000})","match_type":"urlpattern"})x", 1000);
  expect_refused(mercure(R"({"publish":["a"],"subscribe":)" + many + "}"), "mercure.subscribe[100] brings");
}

TEST(LegacyClaims, AuthorizationDetailsAreJudgedAlone_COMPAT_20) {
  const std::string old = R"("mercure":{"publish":["*"]})";
  const auto with = [&](const std::string& details) {
    return R"({"authorization_details":)" + details + "," + old + "}";
  };
  const std::string detail =
      R"({"type":"https://mercure.rocks/authorization-detail","actions":["publish"],"topics":[{"match":"a"}]})";
  for (const Compatibility version : {Compatibility::kVersion8, Compatibility::kVersion7}) {
    const Grants grants = granted(with("[" + detail + "]"), version);
    EXPECT_TRUE(may_publish(grants, {"a"}));
    EXPECT_FALSE(may_publish(grants, {"b"}));
    EXPECT_FALSE(may_publish(grants, {"b"}, /*is_private=*/false));
    EXPECT_FALSE(may_publish(granted(with(R"([{"type":"tenant"}])"), version), {"a"}));
    EXPECT_TRUE(may_publish(granted(with("[]"), version), {"b"})) << "an empty one does not count";
  }
  expect_refused(with("{}"), "authorization_details");
  expect_refused(with("null"), "authorization_details");
  EXPECT_FALSE(may_publish(granted(with("[]"), Compatibility::kNone), {"a"}));
  EXPECT_FALSE(may_publish(granted("{" + old + "}", Compatibility::kNone), {"a"}));
}

TEST(LegacyClaims, WhatIsMissingOrEmptyGrantsNothing_COMPAT_21) {
  for (const char* claims : {"{}", R"({"mercure":{}})", R"({"mercure":{"publish":[],"subscribe":[]}})",
                             R"({"mercure":{"publish":[""],"subscribe":[""]}})"}) {
    const Grants grants = granted(claims);
    EXPECT_FALSE(may_publish(grants, {"a"})) << claims;
    EXPECT_FALSE(may_publish(grants, {"a"}, /*is_private=*/false)) << claims;
    EXPECT_FALSE(may_receive(grants, {"a"})) << claims;
  }
}

TEST(LegacyClaims, PayloadGoesWithEverySubscription_COMPAT_22) {
  const Grants plain = granted(mercure(R"({"subscribe":["a"],"payload":{"user":1}})"));
  EXPECT_EQ(payload_for(plain, "a"), R"({"user":1})");
  EXPECT_EQ(payload_for(plain, "https://example.com/{id}"), R"({"user":1})") << "granted or not";

  const Grants grants = granted(mercure(
      R"({"subscribe":["*","a",{"match":"a","payload":1},{"match":"b"},
          {"match":"https://example.com/:id","match_type":"urlpattern","payload":"p"},
          {"match":"a","payload":2},{"match":"c","payload":null}],"payload":[0]})"));
  EXPECT_EQ(payload_for(grants, "a"), "1") << "an entry's own wins, and the first of them";
  EXPECT_EQ(payload_for(grants, "https://example.com/7"), "\"p\"");
  EXPECT_EQ(payload_for(grants, "https://example.com/:id"), "\"p\"");
  for (const char* pattern : {"b", "c", "*", ""}) EXPECT_EQ(payload_for(grants, pattern), "[0]") << pattern;
  EXPECT_EQ(payload_for(granted(mercure(R"({"publish":[{"match":"a","payload":1}]})")), "a"), "")
      << "those of `publish` are nobody's";
  EXPECT_EQ(payload_for(granted(mercure(R"({"subscribe":["*"]})")), "a"), "");
}

TEST(LegacyClaims, Version7PublishesPublicUpdatesAnywhere_COMPAT_27) {
  const auto v7 = Compatibility::kVersion7;
  for (const char* claim : {R"({"publish":[]})", R"({"publish":["a"]})"}) {
    const Grants grants = granted(mercure(claim), v7);
    EXPECT_TRUE(may_publish(grants, {"b", "c"}, /*is_private=*/false)) << claim;
    EXPECT_FALSE(may_publish(grants, {"b"}, /*is_private=*/true)) << claim;
    EXPECT_FALSE(may_publish(granted(mercure(claim)), {"b"}, /*is_private=*/false)) << "version 8: AUTHZ-1";
  }
  EXPECT_TRUE(may_publish(granted(mercure(R"({"publish":["a"]})"), v7), {"a"}, /*is_private=*/true));
  for (const char* claims : {"{}", R"({"mercure":{}})", R"({"mercure":{"subscribe":["*"]}})",
                             R"({"mercure":{"publish":[]},"https://mercure.rocks/":{"subscribe":["*"]}})"}) {
    EXPECT_FALSE(may_publish(granted(claims, v7), {"a"}, /*is_private=*/false)) << claims;
  }
}

TEST(LegacyClaims, AThousandHostileTemplatesAreReadAndAsked_COMPAT_19_MATCH_8) {
  std::string hostile;
  for (int i = 0; i < 100; ++i) hostile += "{a}";
  hostile += std::string(3796, 'a');
  const Grants grants = granted(mercure(R"({"subscribe":)" + repeated("\"" + hostile + "\"", 1000) + "}"));
  EXPECT_FALSE(may_receive(grants, {std::string(4095, 'a') + " "}));
  EXPECT_TRUE(may_receive(grants, {hostile})) << "its own text";
}

}  // namespace
}  // namespace cinnabar
