// SPDX-License-Identifier: Apache-2.0
#include "protocol/topic_selector.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "protocol/matcher.h"

namespace cinnabar {
namespace {

Matcher selector(std::string_view text) { return Matcher::topic_selector(std::string(text)); }

bool matches(std::string_view text, std::string_view topic_text) {
  const HubPath path;
  Topic topic(topic_text, path);
  return selector(text).matches(topic);
}

bool is_template(std::string_view text) { return selector(text).selector() != nullptr; }

std::string repeated(std::string_view part, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += part;
  return text;
}

TEST(TopicSelector, IsWildcardOrItsTextOrATemplate_COMPAT_5) {
  for (const char* topic : {"a", "", "*", "https://example.com/{id}"}) EXPECT_TRUE(matches("*", topic));
  EXPECT_TRUE(selector("*").is_wildcard());
  EXPECT_TRUE(matches("https://example.com/a", "https://example.com/a"));
  EXPECT_FALSE(matches("https://example.com/a", "https://example.com/A"));
  EXPECT_FALSE(matches("https://example.com/a", "https://example.com:443/a")) << "no URL, but bytes";
  EXPECT_FALSE(matches("%2f", "%2F"));
  for (const char* text : {"/{id}", "{+a}x", "https://example.com/é/{?a,b*}"}) {
    EXPECT_TRUE(is_template(text));
    EXPECT_TRUE(matches(text, text)) << "its own text: " << text;
  }
  EXPECT_TRUE(matches("/{id}", "/1"));
  EXPECT_FALSE(matches("/{id}", "/{x}"));
  EXPECT_FALSE(matches("**", "abc"));
  EXPECT_FALSE(matches("/:id", "/1")) << "no URL pattern";
}

TEST(TopicSelector, LiteralsMatchThemselves_COMPAT_6) {
  EXPECT_TRUE(matches("/é%C3%a9.{x}", "/é%C3%a9.1"));
  EXPECT_FALSE(matches("/é{x}", "/%C3%A91"));
  EXPECT_FALSE(matches("/%C3%A9{x}", "/é1"));
  EXPECT_FALSE(matches("/%c3%a9{x}", "/%C3%A91"));
  EXPECT_FALSE(matches("/a.b{x}", "/axb")) << "a dot is a dot";
  EXPECT_FALSE(matches("x{y}", "prefix")) << "the whole string";
  EXPECT_FALSE(matches("{y}x", "x\n"));
}

TEST(TopicSelector, ExpressionsMatchTheirClasses_COMPAT_6) {
  struct Case {
    const char* text;
    const char* topic;
    bool matches;
  };
  for (const Case& c : {
           Case{"{v}", "aZ9-._~,%C3%A9", true},
           Case{"{v}", "", true},
           Case{"{v}", "/", false},
           Case{"{v}", "a=b", false},
           Case{"{v}", "%4", false},
           Case{"{v}", "é", false},
           Case{"{v:3}", "abcdef", true},
           Case{"{+v}", "!#$&'()*+,/:;=?@[]a%2F", true},
           Case{"{+v}", "a b", false},
           Case{"{#v}", "#a/b", true},
           Case{"{#v}", "a", false},
           Case{"{#v}", "#", true},
           Case{"{#v}", "", true},
           Case{"{.v}", ".a", true},
           Case{"{.v}", "a", false},
           Case{"{/v}", "/a", true},
           Case{"{/v}", "/a/b", false},
           Case{"{;v}", ";v=a", true},
           Case{"{;v}", ";other=a", true},
           Case{"{?v}", "?v=a,b", true},
           Case{"{?v}", "?v=a&w=b", false},
           Case{"{&v}", "&v=a", true},
           Case{"{a,b}", "1,2,3", true},
           Case{"{/a,b}", "/1/2", true},
           Case{"{/a,b}", "/1/2/3", false},
           Case{"{?a,b}", "?a=1&b=2", true},
           Case{"{?a,b}", "?a=1&b=2&c=3", false},
           Case{"{.a,b}", ".1.2", true},
           Case{";{a}", ";1", true},
           Case{"{/v*}", "/a/b/c=d", true},
           Case{"{?v*}", "?a=1&b=2&c=3", true},
           Case{"{v*}", "a=1,b=2", true},
       }) {
    EXPECT_EQ(matches(c.text, c.topic), c.matches) << c.text << " " << c.topic;
  }
}

TEST(TopicSelector, MatchesTheExamples_COMPAT_6) {
  const std::string books = "https://example.com/books/";
  for (const char* id : {"1", "", "a%2Fb"}) EXPECT_TRUE(matches(books + "{id}", books + id)) << id;
  for (const char* id : {"1/x", "é"}) EXPECT_FALSE(matches(books + "{id}", books + id)) << id;
  EXPECT_TRUE(matches("https://example.com/{first}/{last}", "https://example.com/kevin/dunglas"));
  for (const char* query : {"?topic=https%3A%2F%2Fexample.com%2Fbooks%2F1", ""}) {
    EXPECT_TRUE(matches("https://example.com/users/foo/{?topic}",
                        "https://example.com/users/foo/" + std::string(query)));
  }
  EXPECT_TRUE(
      matches("{scheme}://{+host}/demo/books/{id}.jsonld", "https://a.example:8443/demo/books/1.jsonld"));
  const std::string subscriptions = "/.well-known/mercure/subscriptions";
  for (const char* rest : {"", "/https%3A%2F%2Fexample.com%2F%7Bid%7D", "/a/urn%3Auuid%3A77f2"}) {
    EXPECT_TRUE(matches(subscriptions + "{/topic}{/subscriber}", subscriptions + rest)) << rest;
  }
  EXPECT_FALSE(matches(subscriptions + "{/topic}{/subscriber}", subscriptions + "/a/b/c"));
}

TEST(TopicSelector, WhatIsNoTemplateIsARawString_COMPAT_7) {
  for (const char* text : {"{unclosed", "a{b c}", "{=v}", "{!v}", "/{a} b", "/{a}\"", "/{a}%", "/{a}%2",
                           "/{a}%zz", "/{a}}", "plain", "", "}", "{}"}) {
    EXPECT_FALSE(is_template(text)) << text;
    EXPECT_TRUE(matches(text, text)) << text;
    EXPECT_FALSE(matches(text, "a")) << text;
  }
  EXPECT_FALSE(matches("/{a} b", "/1 b"));
}

TEST(TopicSelector, TellsItsLiteralPrefix_COMPAT_5) {
  const auto prefix = [](std::string_view text) {
    return std::string(TopicSelector::compile(text)->literal_prefix());
  };
  EXPECT_EQ(prefix("/é%2f/{a}/{b}"), "/é%2f/");
  EXPECT_EQ(prefix("{a}/b"), "");
}

TEST(TopicSelector, HugeTemplatesAreRawStrings_COMPAT_7) {
  const std::string most = repeated("{a}", 100), more = most + "{a}";
  EXPECT_TRUE(matches(most, "x"));
  EXPECT_FALSE(is_template(more));
  EXPECT_TRUE(matches(more, more));
  EXPECT_FALSE(matches(more, "x"));
  EXPECT_TRUE(is_template("{a" + repeated(",a", 99) + "}"));
  EXPECT_FALSE(is_template("{a" + repeated(",a", 100) + "}"));
  EXPECT_TRUE(is_template("{a}" + repeated(",", 4000))) << "commas in literals count for nothing";
}

TEST(TopicSelector, StaysLinear_COMPAT_7_MATCH_8) {
  const std::string as(4095, 'a');
  for (const std::string& hostile : {repeated("{a}", 100), repeated("{a*}", 100), repeated("{?a}{&b*}", 50),
                                     "{a" + repeated(",a", 98) + "}b{c}",
                                     "{a}" + repeated("a", 2000) + "{b}" + repeated("a", 2000) + "b{c}",
                                     repeated("{/a*}{/b*}", 50) + "!"}) {
    ASSERT_TRUE(is_template(hostile)) << hostile;
    for (int i = 0; i < 100; ++i) {
      EXPECT_FALSE(matches(hostile, as + " "));
      EXPECT_FALSE(matches(hostile, repeated("/a", 2047) + " "));
    }
  }
}

TEST(TopicSelector, IsATypeOfItsOwnThatNoNameLeadsTo_MATCH_2) {
  EXPECT_EQ(selector("a").type(), MatcherType::kTopic);
  EXPECT_EQ(name_of(MatcherType::kTopic), "topic");
  EXPECT_FALSE(matcher_type("topic"));
  EXPECT_FALSE(selector("a") == Matcher::exact("a"));
  EXPECT_FALSE(selector("*") == Matcher::exact("*"));
  EXPECT_EQ(selector("/{a}"), selector("/{a}"));
  EXPECT_FALSE(selector("/{a}") == selector("/{b}"));
  EXPECT_EQ(MatcherSet({selector("a"), Matcher::exact("a"), selector("a")}).matchers().size(), 2U);
}

}  // namespace
}  // namespace cinnabar
