// SPDX-License-Identifier: Apache-2.0
#include "protocol/matcher.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace cinnabar {
namespace {

const HubPath kPath;
const HubUrl kHub = *HubUrl::parse("https://hub.example.com/.well-known/mercure");

Matcher exact(std::string pattern) { return Matcher::exact(std::move(pattern)); }

Matcher urlpattern(std::string pattern, const HubUrl& hub = kHub) {
  Result<Matcher> made = Matcher::make(MatcherType::kUrlPattern, std::move(pattern), hub);
  EXPECT_TRUE(made.ok()) << made.error().detail;
  return *made;
}

bool matches(const Matcher& matcher, std::string_view text) {
  Topic topic(text, kPath);
  return matcher.matches(topic);
}

bool selects(const MatcherSet& set, const std::vector<std::string_view>& texts) {
  Topics topics(texts, kPath);
  return set.selects(topics);
}

TEST(Matcher, NamesItsType_MATCH_1) {
  EXPECT_EQ(name_of(MatcherType::kExact), "exact");
  EXPECT_EQ(name_of(MatcherType::kUrlPattern), "urlpattern");
  EXPECT_EQ(matcher_type("urlpattern"), MatcherType::kUrlPattern);
  for (const char* unknown : {"", "Exact", "URLPattern", "regexp", "exact "}) {
    EXPECT_FALSE(matcher_type(unknown)) << unknown;
  }
}

TEST(Matcher, WildcardMatchesEverything_MATCH_3) {
  for (const std::string_view topic : {"", "*", "a", "/.well-known/mercure/subscriptions/exact/a/b"}) {
    EXPECT_TRUE(matches(exact("*"), topic)) << topic;
  }
  EXPECT_TRUE(exact("*").is_wildcard());
}

TEST(Matcher, OnlyTheOneCharacterIsSpecial_MATCH_3) {
  for (const char* pattern : {"**", "a*", " *", "* "}) {
    EXPECT_FALSE(exact(pattern).is_wildcard());
    EXPECT_FALSE(matches(exact(pattern), "abc"));
    EXPECT_TRUE(matches(exact(pattern), pattern));
  }
}

TEST(Matcher, ExactComparesBytes_MATCH_4) {
  EXPECT_TRUE(matches(exact("https://example.com/a"), "https://example.com/a"));
  EXPECT_FALSE(matches(exact("a"), "A"));
  EXPECT_FALSE(matches(exact("\u00E9"), "e\u0301"));
  EXPECT_FALSE(matches(exact("/a"), "https://hub.example.com/a"));
  EXPECT_FALSE(matches(exact("%2f"), "%2F"));
  EXPECT_FALSE(matches(exact("https://example.com/{id}"), "https://example.com/1"));
  EXPECT_FALSE(matches(exact(""), "a"));
}

TEST(MatcherSet, MergesIdenticalMatchersKeepingOrder_SUB_16) {
  const MatcherSet set({exact("b"), exact("a"), exact("b"), exact("*"), exact("a"), exact("*")});
  EXPECT_EQ(set.matchers(), (std::vector{exact("b"), exact("a"), exact("*")}));
}

TEST(MatcherSet, SelectsWhenAnyMatcherMatchesAnyTopic_SUB_17) {
  const MatcherSet set({exact("a"), exact("b")});
  const std::vector<std::string_view> one = {"x", "b"}, none = {"x", "y"};
  EXPECT_TRUE(selects(set, one));
  EXPECT_FALSE(selects(set, none));
  EXPECT_FALSE(selects(set, {}));
  EXPECT_FALSE(selects(MatcherSet(), one));
  EXPECT_TRUE(MatcherSet().empty());
}

TEST(UrlPatternMatcher, WildcardIsRecognisedBeforeTheType_MATCH_3) {
  EXPECT_TRUE(urlpattern("*").is_wildcard());
  EXPECT_EQ(urlpattern("*").url_pattern(), nullptr);
  for (const char* topic : {"a", "https://[::1/x", "urn:x", "/.well-known/mercure/subscriptions/exact/a/b"}) {
    EXPECT_TRUE(matches(urlpattern("*"), topic)) << topic;
  }
}

TEST(UrlPatternMatcher, SharesTheHubsUrlWithTheTopic_MATCH_5) {
  EXPECT_TRUE(matches(urlpattern("https://example.com/books/:id"), "https://EXAMPLE.com:443/books/1"));
  EXPECT_FALSE(matches(urlpattern("https://example.com/books/:id"), "https://example.com/books/1/"));
  for (const char* topic : {"/books/1", "../books/1", "https://hub.example.com/books/1"}) {
    EXPECT_TRUE(matches(urlpattern("/books/:id"), topic)) << topic;
  }
  EXPECT_FALSE(matches(urlpattern("/books/:id"), "https://other.example.com/books/1"));
  EXPECT_FALSE(matches(urlpattern("/books/:id"), "//other.example.com/books/1"));
  EXPECT_TRUE(matches(urlpattern("/books/:id"), "//hub.example.com/books/1"));
  EXPECT_FALSE(matches(urlpattern("/books/:id"), "http://hub.example.com/books/1"));
  EXPECT_TRUE(matches(urlpattern("foo"), "foo"));
  EXPECT_TRUE(matches(urlpattern("foo"), "/.well-known/foo"));
  EXPECT_TRUE(matches(urlpattern("data\\:foobar"), "data:foobar"));
}

// D4: a relative pattern and a relative topic meet on whichever host the hub is known by, and an
// absolute pattern meets a relative topic if it covers that host.
TEST(UrlPatternMatcher, RelativeTopicsHaveNoHostOfTheirOwn_D4) {
  const HubUrl other = *HubUrl::parse("http://other.example:8080/.well-known/mercure");
  EXPECT_TRUE(matches(urlpattern("/books/:id", other), "/books/1"));
  EXPECT_TRUE(matches(urlpattern("http://other.example:8080/books/:id", other), "/books/1"));
  EXPECT_FALSE(matches(urlpattern("http://other.example/books/:id", other), "/books/1"));
  EXPECT_FALSE(matches(urlpattern("https://hub.example.com/books/:id", other), "/books/1"));
  EXPECT_TRUE(matches(urlpattern("https://hub.example.com/books/:id"), "/books/1"));
  EXPECT_TRUE(matches(urlpattern("https://*.example.com/books/:id"), "/books/1"));
  EXPECT_FALSE(matches(urlpattern("https://hub.invalid/books/:id"), "/books/1"));
  EXPECT_FALSE(matches(urlpattern("https://example.com/*"), "books"));
}

TEST(UrlPatternMatcher, WhatIsNoUrlMatchesNoPattern_MATCH_7) {
  for (const char* topic : {"https://[::1/x", "https://", "https://exa mple.com/books/1"}) {
    EXPECT_FALSE(matches(urlpattern("https://*/*"), topic)) << topic;
    EXPECT_FALSE(matches(urlpattern("*://*:*/*"), topic)) << topic;
  }
}

TEST(UrlPatternMatcher, StaysLinear_MATCH_8) {
  const std::string topic = "https://example.com/" + std::string(4000, 'a');
  EXPECT_FALSE(matches(urlpattern("https://example.com/:x((?:a+)+b)"), topic));
}

TEST(UrlPatternMatcher, RefusesWhatIsNoPattern_SUB_15) {
  for (const char* pattern : {"{unclosed", "/(unclosed", "https://example.com/:a/:a", "/:x((?=a)b)"}) {
    const Result<Matcher> made = Matcher::make(MatcherType::kUrlPattern, pattern, kHub);
    ASSERT_FALSE(made.ok()) << pattern;
    EXPECT_EQ(made.error().code, ErrorCode::kInvalid);
    EXPECT_EQ(made.error().detail.back(), '.') << made.error().detail;
  }
}

TEST(UrlPatternMatcher, EqualOnlyForTheSameHub) {
  const HubUrl other = *HubUrl::parse("https://other.example/.well-known/mercure");
  EXPECT_EQ(urlpattern("/a"), urlpattern("/a"));
  EXPECT_FALSE(urlpattern("/a") == urlpattern("/a", other));
  EXPECT_FALSE(urlpattern("/a") == exact("/a"));
  EXPECT_FALSE(urlpattern("/a") == urlpattern("/b"));
}

}  // namespace
}  // namespace cinnabar
