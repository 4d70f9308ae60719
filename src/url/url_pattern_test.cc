// SPDX-License-Identifier: Apache-2.0
#include "url/url_pattern.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace cinnabar::url {
namespace {

using C = Component;

constexpr std::string_view kHub = "https://hub.example.com/.well-known/mercure";

UrlPattern compiled(std::string_view pattern, std::optional<std::string_view> base = kHub) {
  Result<UrlPattern> result = UrlPattern::compile(pattern, base);
  if (!result.ok()) {
    ADD_FAILURE() << pattern << ": " << result.error().detail;
    return std::move(*UrlPattern::compile(UrlPatternInit{}));
  }
  return std::move(*result);
}

std::string error_of(std::string_view pattern, std::optional<std::string_view> base = kHub) {
  const Result<UrlPattern> result = UrlPattern::compile(pattern, base);
  return result.ok() ? "" : result.error().detail;
}

UrlPatternInit init_with(std::initializer_list<std::pair<Component, std::string>> members) {
  UrlPatternInit init;
  for (const auto& [component, text] : members) init.components[static_cast<std::size_t>(component)] = text;
  return init;
}

void expect_matches(std::string_view pattern, std::initializer_list<std::string_view> topics,
                    bool expected = true) {
  const Result<Url> base = Url::parse(kHub);
  const UrlPattern subject = compiled(pattern);
  for (const std::string_view topic : topics) {
    EXPECT_EQ(subject.test(topic, &*base), expected) << pattern << " and " << topic;
    EXPECT_EQ(subject.exec(topic, &*base).has_value(), expected) << pattern << " and " << topic;
  }
}

void expect_no_match(std::string_view pattern, std::initializer_list<std::string_view> topics) {
  expect_matches(pattern, topics, false);
}

// The vectors of the Mercure protocol's specification of topic matching.
TEST(UrlPattern, ProtocolVectors) {
  constexpr std::string_view kBooks = "https://example.com/books/:id";
  expect_matches(kBooks, {"https://example.com/books/1", "https://EXAMPLE.com:443/books/1",
                          "https://example.com/books/1?x=1", "https://example.com/books/1#f",
                          "https://u:p@example.com/books/1", "https://example.com/books/a%2Fb", kBooks});
  expect_no_match(
      kBooks, {"http://example.com/books/1", "https://example.com/BOOKS/1", "https://example.com/books/1/",
               "https://example.com/books/", "https://exa mple.com/books/1"});
  expect_matches("https://example.com/books/:id(\\d+)", {"https://example.com/books/12"});
  expect_no_match("https://example.com/books/:id(\\d+)", {"https://example.com/books/abc"});
  expect_matches("https://example.com/items{/:tail}?", {"https://example.com/items"});
  expect_matches("https://example.com/*", {"https://example.com/a/b/c"});
  expect_matches("https://*.example.com/a", {"https://x.y.example.com/a"});
  expect_no_match("https://*.example.com/a", {"https://example.com/a"});
  expect_matches("*://example.com/a", {"http://example.com/a"});
  expect_matches("https://example.com", {"https://example.com/foo"});
  expect_matches("https://example.com/a/../b", {"https://example.com/b"});
  expect_no_match("https://example.com/:name?foo", {"https://example.com/bar?foo"});
  expect_matches("https://example.com/:name\\?foo", {"https://example.com/bar?foo"});
  expect_matches("/books/:id", {"/books/1", "../books/1", "https://hub.example.com/books/1"});
  expect_no_match("/books/:id", {"https://other.example.com/books/1"});
  expect_matches("foo", {"foo", "/.well-known/foo"});
  expect_matches("/.well-known/mercure/subscriptions/*", {"/.well-known/mercure/subscriptions/exact/a/b"});
  expect_no_match("/.well-known/mercure/subscriptions/*", {"/.well-known/mercure/subscriptions"});
  EXPECT_TRUE(compiled("data\\:foobar", std::nullopt).test("data:foobar"));
  // With a base that has a path, the standard resolves a relative pathname although there is a protocol.
  EXPECT_EQ(compiled("data\\:foobar").pattern(C::kPathname), "/.well-known/foobar");
  EXPECT_EQ(compiled("data\\:foobar", "data:x").pattern(C::kPathname), "foobar");
  for (const std::string_view invalid : {"{unclosed", "/(unclosed", "https://example.com/:a/:a"}) {
    EXPECT_NE(error_of(invalid), "") << invalid;
  }
}

TEST(UrlPattern, ErrorsNameTheComponentThePositionAndTheCure) {
  EXPECT_EQ(
      error_of("/(a"),
      "The pattern's pathname is invalid at position 1: the group opened by `(` is not closed; close it, or "
      "escape it as `\\(`.");
  EXPECT_EQ(
      error_of("https://example.com/:a/:a"),
      "The pattern's pathname is invalid at position 4: the group name `a` is there twice; give each group a "
      "name of its own.");
  EXPECT_EQ(error_of("https://a:\\x/"), "The pattern's port is invalid: a port starts with a digit.");
  EXPECT_EQ(error_of("foo", std::nullopt),
            "The pattern is relative: start it with a protocol, such as https://, or give a base URL.");
  EXPECT_EQ(error_of("foo", "bar").rfind("The base URL is not a valid URL: ", 0), 0U);
  EXPECT_EQ(
      error_of("https://a b/").rfind("The pattern's hostname is invalid: the host holds a character", 0), 0U);
  EXPECT_EQ(
      error_of("/(a(?=b))"),
      "The pattern's pathname is invalid: in the regular expression of group \"0\", look-ahead at position 1 "
      "is not supported, since matching must take linear time.");
}

TEST(UrlPattern, WithoutAPortMeansTheDefaultPort) {
  const UrlPattern pattern = compiled("https://example.com/*");
  EXPECT_EQ(pattern.pattern(C::kPort), "");
  EXPECT_FALSE(pattern.test("https://example.com:8443/"));
  EXPECT_TRUE(compiled("https://example.com:*/*").test("https://example.com:8443/"));
  EXPECT_EQ(compiled("https://example.com:443/").pattern(C::kPort), "");
  EXPECT_EQ(compiled("http://example.com:443/").pattern(C::kPort), "443");
  EXPECT_EQ(compiled("http{s}?://example.com:443/").pattern(C::kPort), "443");
  EXPECT_EQ(compiled("foo://example.com:443/").pattern(C::kPort), "443");
}

TEST(UrlPattern, CanonicalText) {
  const UrlPattern pattern = compiled("HTTPS://u:p@MÜNCHEN.de:0080/é/:a/%41?é='#é`");
  EXPECT_EQ(pattern.pattern(C::kProtocol), "https");
  EXPECT_EQ(pattern.pattern(C::kUsername), "u:p");
  EXPECT_EQ(pattern.pattern(C::kPassword), "*");
  EXPECT_EQ(pattern.pattern(C::kHostname), "xn--mnchen-3ya.de");
  EXPECT_EQ(pattern.pattern(C::kPort), "80");
  EXPECT_EQ(pattern.pattern(C::kPathname), "/%C3%A9/:a/%41");
  EXPECT_EQ(pattern.pattern(C::kSearch), "%C3%A9=%27");
  EXPECT_EQ(pattern.pattern(C::kHash), "%C3%A9%60");
}

TEST(UrlPattern, OpaquePathsForProtocolsThatAreNotSpecial) {
  EXPECT_EQ(compiled("foo://h/a/../b c").pattern(C::kPathname), "/a/../b c");
  EXPECT_EQ(compiled("http{s}?://h/a/../b c").pattern(C::kPathname), "/b%20c");
  EXPECT_EQ(compiled("*://h/a/../b c").pattern(C::kPathname), "/b%20c");
  // There a slash is text, and belongs to no group.
  EXPECT_FALSE(compiled("foo://h/a/:b?").test("foo://h/a"));
  EXPECT_TRUE(compiled("https://h/a/:b?").test("https://h/a"));
  // The hostname is that of an https URL all the same.
  EXPECT_EQ(compiled("foo://MÜNCHEN.de").pattern(C::kHostname), "xn--mnchen-3ya.de");
}

TEST(UrlPattern, Ipv6Hostnames) {
  EXPECT_TRUE(compiled("https://[\\:\\:1]/").test("https://[0:0::1]/"));
  EXPECT_NE(error_of("https://[::1]/"), "");  // a colon starts a group there, too
  EXPECT_TRUE(compiled("https://[*]/").test("https://[2001:db8::1]/"));
  EXPECT_TRUE(compiled("https://{[:a]}/").test("https://[::1]/"));
  EXPECT_EQ(compiled("https://[\\:\\:ABCD]/").pattern(C::kHostname), "[\\:\\:abcd]");
  EXPECT_NE(error_of("https://[\\:\\:xyz]/"), "");
  EXPECT_EQ(UrlPattern::compile(init_with({{C::kHostname, "["}})).ok(), false);
}

TEST(UrlPattern, BytesThatAreNotUtf8AreReplaced) {
  EXPECT_EQ(compiled("/\xFF").pattern(C::kPathname), "/%EF%BF%BD");
  EXPECT_TRUE(compiled("/\xFF").test("https://hub.example.com/\xFE"));
  EXPECT_EQ(compiled(std::string_view("/a\0*", 4)).pattern(C::kPathname), "/a%00*");
}

TEST(UrlPattern, ExecGivesInputsAndGroups) {
  const auto match = compiled("https://:sub.example.com/:a(\\d+)/:b?*").exec("https://x.example.com/12?q");
  ASSERT_TRUE(match.has_value());
  const auto& host = match->components[static_cast<std::size_t>(C::kHostname)];
  EXPECT_EQ(host.input, "x.example.com");
  ASSERT_EQ(host.groups.size(), 1U);
  EXPECT_EQ(host.groups[0].first, "sub");
  EXPECT_EQ(host.groups[0].second, "x");
  const auto& path = match->components[static_cast<std::size_t>(C::kPathname)];
  EXPECT_EQ(path.input, "/12");
  ASSERT_EQ(path.groups.size(), 3U);
  EXPECT_EQ(path.groups[0].second, "12");
  EXPECT_EQ(path.groups[1].first, "b");
  EXPECT_EQ(path.groups[1].second, std::nullopt);
  EXPECT_EQ(path.groups[2].first, "0");
  EXPECT_EQ(path.groups[2].second, "");
  EXPECT_EQ(match->components[static_cast<std::size_t>(C::kSearch)].input, "q");
}

TEST(UrlPattern, InitsAsInput) {
  const UrlPattern pattern = compiled("https://example.com/:a");
  EXPECT_TRUE(pattern.test(init_with(
      {{C::kProtocol, "https:"}, {C::kHostname, "EXAMPLE.com"}, {C::kPort, "443"}, {C::kPathname, "/x"}})));
  EXPECT_FALSE(pattern.test(init_with({{C::kPathname, "/x"}})));  // the other values are empty
  UrlPatternInit relative = init_with({{C::kPathname, "x"}});
  relative.base_url = "https://example.com/y";
  EXPECT_TRUE(pattern.test(relative));
  EXPECT_TRUE(pattern.exec(relative).has_value());
  relative.base_url = "no URL";
  EXPECT_FALSE(pattern.test(relative));
  EXPECT_FALSE(pattern.exec(relative).has_value());
  EXPECT_FALSE(compiled("*://*:*/*").test(init_with({{C::kPort, "x"}})));
  EXPECT_TRUE(UrlPattern::compile(UrlPatternInit{})->test(UrlPatternInit{}));
}

TEST(UrlPattern, AuthorityAndPathApart) {
  const UrlPattern pattern = compiled("https://u\\:*@example.com/a?b#c");
  const Result<Url> url = Url::parse("https://u:p@example.com/a?b#c");
  const Result<Url> other_host = Url::parse("https://u:p@example.org/a?b#c");
  const Result<Url> other_user = Url::parse("https://example.com/a?b#c");
  const Result<Url> other_hash = Url::parse("https://u:p@example.com/a?b#d");
  EXPECT_TRUE(pattern.test(*url) && pattern.test_authority(*url) && pattern.test_path(*url));
  EXPECT_TRUE(!pattern.test(*other_host) && !pattern.test_authority(*other_host) &&
              pattern.test_path(*other_host));
  EXPECT_TRUE(!pattern.test_authority(*other_user) && pattern.test_path(*other_user));
  EXPECT_TRUE(pattern.test_authority(*other_hash) && !pattern.test_path(*other_hash));
  ASSERT_EQ(pattern.mismatches(*other_hash).size(), 1U);
  EXPECT_EQ(pattern.mismatches(*other_hash)[0].first, C::kHash);
  EXPECT_EQ(pattern.mismatches(*other_hash)[0].second, "d");
  EXPECT_TRUE(pattern.mismatches(*url).empty());
}

TEST(UrlPattern, LiteralPrefixes) {
  const UrlPattern pattern = compiled("https://example.com/users/42/*");
  EXPECT_EQ(pattern.literal(C::kProtocol).prefix, "https");
  EXPECT_TRUE(pattern.literal(C::kProtocol).is_whole);
  EXPECT_TRUE(pattern.literal(C::kPort).is_whole);
  EXPECT_EQ(pattern.literal(C::kPort).prefix, "");
  EXPECT_EQ(pattern.literal(C::kPathname).prefix, "/users/42/");
  EXPECT_FALSE(pattern.literal(C::kPathname).is_whole);
  EXPECT_EQ(pattern.literal(C::kSearch).prefix, "");
  EXPECT_FALSE(pattern.literal(C::kSearch).is_whole);
}

TEST(UrlPattern, RegexpGroups) {
  EXPECT_FALSE(compiled("https://*.a.com/:b/*/([^\\/]+?)/(.*)").has_regexp_groups());
  EXPECT_TRUE(compiled("https://a/(b)").has_regexp_groups());
  EXPECT_TRUE(compiled("https://a/?(b)").has_regexp_groups());
}

TEST(UrlPattern, Generates) {
  const UrlPattern pattern = compiled("https://{:a.}example.com/:b{-:c-}/d");
  const auto generated = [&](Component component, std::vector<std::pair<std::string, std::string>> groups) {
    const Result<std::string> text = pattern.generate(component, groups);
    return text.ok() ? *text : "error: " + text.error().detail;
  };
  EXPECT_EQ(generated(C::kHostname, {{"a", "MÜNCHEN"}}), "xn--mnchen-3ya.example.com");
  EXPECT_EQ(generated(C::kPathname, {{"c", "x y"}, {"b", "1"}, {"z", "2"}}), "/1-x%20y-/d");
  EXPECT_EQ(generated(C::kPathname, {{"b", "1"}}), "error: The group `c` has no value; give it one.");
  EXPECT_EQ(generated(C::kPathname, {{"b", "1/2"}, {"c", "3"}}).rfind("error: With these values", 0), 0U);
  EXPECT_EQ(
      generated(C::kHostname, {{"a", "b c"}}).rfind("error: The value of the group `a` is invalid: ", 0), 0U);
  EXPECT_EQ(generated(C::kSearch, {{"0", "x"}}).rfind("error: The group `0` is a wildcard", 0), 0U);
  EXPECT_FALSE(compiled("/{a}?").generate(C::kPathname, {}).ok());
}

// Where browsers have been seen to differ from the standard, or the standard is surprising.
TEST(UrlPattern, CornersOfTheStandard) {
  // Braces hide the slash, so that it is part of the hostname, which ends before it.
  EXPECT_EQ(error_of("https://example.com{/:tail}?"),
            "The pattern's hostname is invalid: the hostname is empty.");
  EXPECT_EQ(error_of("https://a%20b/").rfind("The pattern's hostname is invalid: ", 0), 0U);
  EXPECT_EQ(compiled("https://bad{/x}name/").pattern(C::kHostname), "bad");
  // No "?" comes off that is not the first character itself.
  EXPECT_EQ(UrlPattern::compile(init_with({{C::kSearch, "\\?a"}}))->pattern(C::kSearch), "\\?a");
  EXPECT_EQ(UrlPattern::compile(init_with({{C::kSearch, "?a"}}))->pattern(C::kSearch), "a");
  EXPECT_EQ(compiled("https://a/##b").pattern(C::kHash), "b");
  EXPECT_EQ(compiled("/a|b").pattern(C::kPathname), "/a|b");
  // "{}*" is an empty text that is repeated, and no wildcard.
  EXPECT_EQ(compiled("/a{}*/b").pattern(C::kPathname), "/a/b");
  // The default port is taken off beside a protocol that is canonical in the pattern already.
  EXPECT_EQ(compiled("HTTPS://a:443").pattern(C::kPort), "443");
  // An opaque path ends at a question mark or number sign, and has no dot segments.
  const UrlPattern opaque = compiled("foo\\:a/../b", std::nullopt);
  EXPECT_TRUE(opaque.test("foo:a/../b?c#d"));
  EXPECT_TRUE(opaque.test(init_with({{C::kProtocol, "foo"}, {C::kPathname, "a/../b?c"}})));
  // The quote is encoded in every pattern's search, but in the query of special URLs alone.
  EXPECT_TRUE(compiled("https://a/?'").test("https://a/?'"));
  EXPECT_FALSE(compiled("foo://a/?'").test("foo://a/?'"));
  // "file" and a ":u" after it are no special scheme; "file" alone is.
  EXPECT_EQ(compiled("file:u\\:/x").pattern(C::kPathname), "/x");
  // A port may be 0.
  EXPECT_TRUE(compiled("https://a:000/").test("https://a:0/"));
}

TEST(UrlPattern, LongAndHostilePatternsEndSoon) {
  for (const std::string_view piece : {"{", "}", "(",  ")",    ":a", "*",    "?", "\\",  "[",   "]",
                                       "@", "#", "(a", "{a}?", "/:", "{:a}", "é", "(?:", "../", "*{a}"}) {
    std::string text = "https://example.com/";
    while (text.size() < 20'000) text += piece;
    const Result<UrlPattern> result = UrlPattern::compile(text);
    if (!result.ok()) {
      EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
      continue;
    }
    EXPECT_EQ(result->test(text), result->exec(text).has_value());
  }
}

}  // namespace
}  // namespace cinnabar::url
