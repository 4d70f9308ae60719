// SPDX-License-Identifier: Apache-2.0
#include "url/uri_template.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cinnabar::url {
namespace {

bool matches(std::string_view text, std::string_view topic) {
  const auto parsed = UriTemplate::parse(text);
  EXPECT_TRUE(parsed.ok()) << text << (parsed.ok() ? "" : ": " + parsed.error().detail);
  return parsed.ok() && parsed->matches(topic);
}

std::string expanded(std::string_view text, const TemplateVariables& variables) {
  const auto parsed = UriTemplate::parse(text);
  if (!parsed.ok()) return "error: " + parsed.error().detail;
  const auto result = parsed->expand(variables);
  return result.ok() ? *result : "error: " + result.error().detail;
}

TEST(UriTemplateParse, KeepsItsText) {
  const auto parsed = UriTemplate::parse("/books/{id}");
  ASSERT_TRUE(parsed.ok());
  const UriTemplate copy = *parsed;
  EXPECT_EQ(copy.text(), "/books/{id}");
}

TEST(UriTemplateParse, AcceptsWhatTheGrammarAllows) {
  for (const std::string_view text : {"",
                                      "plain",
                                      "!#$&'()*+,-./:;=?@[]_~",
                                      "%41%ff",
                                      "\xC2\xA0",
                                      "\xC3\xA9",
                                      "\xED\x9F\xBF",
                                      "\xEE\x80\x80",
                                      "\xEF\xB7\x8F",
                                      "\xEF\xBF\xAF",
                                      "\xF0\x90\x80\x80",
                                      "\xF3\xA1\x80\x80",
                                      "\xF4\x8F\xBF\xBD",
                                      "{a}",
                                      "{A_9}",
                                      "{a.b.c}",
                                      "{%41}",
                                      "{a%2Fb.c}",
                                      "{+a}",
                                      "{#a}",
                                      "{.a}",
                                      "{/a}",
                                      "{;a}",
                                      "{?a}",
                                      "{&a}",
                                      "{a,b*,c:1,d:9999}",
                                      "{a}{b}"}) {
    EXPECT_TRUE(UriTemplate::parse(text).ok()) << text;
  }
}

TEST(UriTemplateParse, RefusesWhatItDoesNot) {
  for (const std::string_view text : {"{unclosed",
                                      "a{b c}",
                                      "{=v}",
                                      "{!v}",
                                      "{|v}",
                                      "{,v}",
                                      "{@v}",
                                      "{a",
                                      "{",
                                      "}",
                                      "a}",
                                      "{}",
                                      "{?}",
                                      "{a,}",
                                      "{,a}",
                                      "{a,,b}",
                                      "{{a}}",
                                      "{a{b}}",
                                      "a b",
                                      "\"",
                                      "<",
                                      ">",
                                      "\\",
                                      "^",
                                      "`",
                                      "|",
                                      "\t",
                                      "\n",
                                      "\x7f",
                                      "%",
                                      "%4",
                                      "%4g",
                                      "a%",
                                      "{a%}",
                                      "{a%4}",
                                      "{.}",
                                      "{..a}",
                                      "{a.}",
                                      "{a..b}",
                                      "{a-b}",
                                      "{~a}",
                                      "{$a}",
                                      "{a:}",
                                      "{a:0}",
                                      "{a:01}",
                                      "{a:10000}",
                                      "{a:1*}",
                                      "{a*:1}",
                                      "{a**}",
                                      "{a:-1}",
                                      "{a?}",
                                      "{\xC3\xA9}",
                                      "\xC2\x80",
                                      "\xC2\x9F",
                                      "\xC3",
                                      "\xC3(",
                                      "\xFF",
                                      "\xC0\x80",
                                      "\xE0\x80\x80",
                                      "\xED\xA0\x80",
                                      "\xEF\xB7\x90",
                                      "\xEF\xBF\xB0",
                                      "\xEF\xBF\xBD",
                                      "\xF0\x9F\xBF\xBE",
                                      "\xF3\xA0\x80\x80",
                                      "\xF4\x8F\xBF\xBE",
                                      "\xF4\x90\x80\x80",
                                      "\xF0\x9F\x98"}) {
    const auto parsed = UriTemplate::parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalid);
  }
  EXPECT_FALSE(UriTemplate::parse(std::string_view("\0", 1)).ok());
}

TEST(UriTemplateParse, SaysWhereTheErrorIs) {
  const auto detail = [](std::string_view text) { return UriTemplate::parse(text).error().detail; };
  EXPECT_EQ(detail("a/{b"), "\"{\" at position 2 lacks its \"}\"");
  EXPECT_EQ(detail("{=v}"),
            "the operator at position 1 is reserved for extensions, and stands for nothing yet");
  EXPECT_EQ(detail("{v:0}"), "a prefix length at position 3 is missing; it is a number from 1 to 9999");
  EXPECT_EQ(detail("a b"), "a character that must be percent-encoded at position 1");
  EXPECT_EQ(detail("{a b}"), "a character that may not stand in an expression at position 2");
}

TEST(UriTemplateExpand, EncodesByOperator) {
  const TemplateVariables variables = {{"v", "a/b %41\xC3\xA9"}};
  EXPECT_EQ(expanded("{v}", variables), "a%2Fb%20%2541%C3%A9");
  EXPECT_EQ(expanded("{+v}", variables), "a/b%20%41%C3%A9");
  EXPECT_EQ(expanded("\xC3\xA9%41!{v}", {}), "%C3%A9%41!");
  EXPECT_EQ(expanded("", variables), "");
}

TEST(UriTemplateExpand, NamesPairsByTheirKeys) {
  const TemplateVariables variables = {{"k", TemplatePairs{{"x", "1"}, {"y", ""}}},
                                       {"l", TemplateList{"", "b"}}};
  EXPECT_EQ(expanded("{;k*}", variables), ";x=1;y");
  EXPECT_EQ(expanded("{?k*}", variables), "?x=1&y=");
  EXPECT_EQ(expanded("{k*}", variables), "x=1,y=");
  EXPECT_EQ(expanded("{;k}", variables), ";k=x,1,y,");
  EXPECT_EQ(expanded("{;l*}", variables), ";l;l=b");
  EXPECT_EQ(expanded("{/l*}", variables), "//b");
  EXPECT_EQ(expanded("{?none,l,none2}", variables), "?l=,b");
}

TEST(UriTemplateExpand, TakesPrefixesInCharacters) {
  const TemplateVariables variables = {
      {"v", "\xC3\xA9%C3%A9x"}, {"cut", "%C3x"}, {"bad", "\xC3\xC3\xA9z"}, {"list", TemplateList{"a"}}};
  EXPECT_EQ(expanded("{v:1}", variables), "%C3%A9");
  EXPECT_EQ(expanded("{v:2}", variables), "%C3%A9%25");
  EXPECT_EQ(expanded("{+v:2}", variables), "%C3%A9%C3%A9");  // not split
  EXPECT_EQ(expanded("{+v:3}", variables), "%C3%A9%C3%A9x");
  EXPECT_EQ(expanded("{+cut:1}", variables), "%C3");
  EXPECT_EQ(expanded("{bad:2}", variables), "%C3%C3%A9");
  EXPECT_EQ(expanded("{list:1}", variables),
            "error: the variable list has a prefix length in the template, but its value is a list or an "
            "associative array; only strings have prefixes");
}

TEST(UriTemplateMatch, KnowsTheExamplesOfTheProtocol) {
  const std::string book = "https://example.com/books/{id}";
  EXPECT_TRUE(matches(book, "https://example.com/books/1"));
  EXPECT_TRUE(matches(book, "https://example.com/books/"));
  EXPECT_TRUE(matches(book, "https://example.com/books/a%2Fb"));
  EXPECT_FALSE(matches(book, "https://example.com/books/1/x"));
  EXPECT_FALSE(matches(book, "https://example.com/books/\xC3\xA9"));
  EXPECT_TRUE(matches("https://example.com/{first}/{last}", "https://example.com/kevin/dunglas"));
  const std::string users = "https://example.com/users/foo/{?topic}";
  EXPECT_TRUE(matches(users, "https://example.com/users/foo/?topic=https%3A%2F%2Fexample.com%2Fbooks%2F1"));
  EXPECT_TRUE(matches(users, "https://example.com/users/foo/"));
  EXPECT_TRUE(
      matches("{scheme}://{+host}/demo/books/{id}.jsonld", "https://a.example:8443/demo/books/1.jsonld"));
  const std::string subscriptions = "/.well-known/mercure/subscriptions{/topic}{/subscriber}";
  EXPECT_TRUE(matches(subscriptions, "/.well-known/mercure/subscriptions"));
  EXPECT_TRUE(matches(subscriptions, "/.well-known/mercure/subscriptions/a%2Fb"));
  EXPECT_TRUE(matches(subscriptions, "/.well-known/mercure/subscriptions/a%2Fb/c"));
  EXPECT_FALSE(matches(subscriptions, "/.well-known/mercure/subscriptions/a/b/c"));
}

struct Row {
  const char* text;
  const char* topic;
  bool matches;
};

TEST(UriTemplateMatch, FollowsTheTable) {
  for (const Row& row : {
           Row{"{v}", "", true},
           Row{"{v}", "azAZ09-._~,%2f", true},
           Row{"{v}", "a=b", false},
           Row{"{v}", "a/b", false},
           Row{"{v}", "%", false},
           Row{"{v}", "%4", false},
           Row{"{v}", "%4g", false},
           Row{"{v}", "%%41", false},
           Row{"{+v}", "!#$&'()*+,/:;=?@[]%41a", true},
           Row{"{+v}", "a b", false},
           Row{"{+v}", "a%b", false},
           Row{"{+v}", "\"", false},
           Row{"{#v}", "#a/b", true},
           Row{"{#v}", "a/b", false},
           Row{"{#v}", "", true},
           Row{"{#v}", "##", true},
           Row{"{.v}", ".a.b,c", true},
           Row{"{.v}", "a", false},
           Row{"{/v}", "/a", true},
           Row{"{/v}", "/", true},
           Row{"{/v}", "/a/b", false},
           Row{"{/v}", "/a=b", false},
           Row{"{;v}", ";v=1,2", true},
           Row{"{;v}", ";v;w", false},
           Row{"{?v}", "?any=1", true},
           Row{"{?v}", "?a=1&b=2", false},
           Row{"{?v}", "a=1", false},
           Row{"{&v}", "&a=1", true},
           Row{"{&v}", "&a=1&b=2", false},
           Row{"{a,b}", "x,y,z", true},
           Row{"{a,b}", "x=y", false},
           Row{"{a,b,c}", "x/y", false},
           Row{"{+a,b}", "x,y/z", true},
           Row{"{#a,b}", "#x,y", true},
           Row{"{.a,b}", ".x.y.z", true},
           Row{"{/a,b}", "/x/y", true},
           Row{"{/a,b}", "/x", true},
           Row{"{/a,b}", "//", true},
           Row{"{/a,b}", "/x/y/z", false},
           Row{"{;a,b}", ";a=1;b=2", true},
           Row{"{;a,b}", ";a;b;c", false},
           Row{"{?a,b}", "?a=1&b=2", true},
           Row{"{?a,b}", "?a=1&b=2&c=3", false},
           Row{"{?a,b}", "?a=1?b=2", false},
           Row{"{&a,b}", "&a=1&b=2", true},
           Row{"{&a,b}", "&a=1&b=2&c=3", false},
           Row{"{v:3}", "longer", true},
           Row{"{v*}", "k=v,w", true},
           Row{"{v*}", "a/b", false},
           Row{"{+v*}", "k=v,/", true},
           Row{"{#v*}", "#k=v", true},
           Row{"{.v*}", ".k=v.w", true},
           Row{"{/v*}", "/a/b/c=d/", true},
           Row{"{/v*}", "/a;b", false},
           Row{"{;v*}", ";a=1;b;c", true},
           Row{"{;v*}", ";a&b", false},
           Row{"{?v*}", "?a=1&b=2&c", true},
           Row{"{?v*}", "?a;b", false},
           Row{"{&v*}", "&a=1&b", true},
           Row{"{/a,b*}", "/x/y/z", true},
       }) {
    EXPECT_EQ(matches(row.text, row.topic), row.matches) << row.text << " and " << row.topic;
    // Once more where the set of positions is followed, not one position. The
    // mark is in no class.
    const std::string mark = "\xC3\xA9";
    EXPECT_EQ(matches("{p}" + mark + row.text + mark + "{s}", mark + row.topic + mark), row.matches)
        << row.text << " and " << row.topic;
  }
}

TEST(UriTemplateMatch, ComparesLiteralsByteForByte) {
  EXPECT_TRUE(matches("plain", "plain"));
  EXPECT_FALSE(matches("plain", "plai"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_TRUE(matches("%41{v}", "%41"));
  EXPECT_FALSE(matches("%41{v}", "A"));
  EXPECT_FALSE(matches("%2f{v}", "%2F"));
  EXPECT_TRUE(matches("\xC3\xA9{v}", "\xC3\xA9x"));
  EXPECT_FALSE(matches("\xC3\xA9{v}", "%C3%A9x"));
  EXPECT_FALSE(matches("a{v}a", "a")) << "prefix and suffix may not overlap";
  EXPECT_TRUE(matches("a{v}a", "aa"));
  EXPECT_FALSE(matches("a{v}", std::string_view("a\0", 2)));
}

TEST(UriTemplateMatch, NeverStopsInsideAnEncodedByte) {
  EXPECT_FALSE(matches("{a}1{b}", "%41"));
  EXPECT_TRUE(matches("{a}41{b}", "%4141"));
  EXPECT_FALSE(matches("{a}41{b}", "%41"));
}

TEST(UriTemplateMatch, WorksAcrossWords) {
  for (std::size_t size = 55; size < 140; ++size) {
    const std::string run(size, 'a');
    EXPECT_TRUE(matches("{a}{b}", run));
    EXPECT_TRUE(matches("{a}/{b}", run + "/" + run));
    EXPECT_FALSE(matches("{a}/{b}", run + "//" + run));
    EXPECT_TRUE(matches("{a}{/b}", run + "%41%42%43/" + run + "%44"));
    EXPECT_FALSE(matches("{a}{/b}", run + "%41%4/" + run));
    EXPECT_FALSE(matches("{a}{b}", run + "%4"));
    EXPECT_TRUE(matches("{a}{/b,c,d}", run + "/" + run + "/" + run));
    EXPECT_FALSE(matches("{a}{/b}", run + "/" + run + "/" + run));
  }
}

TEST(UriTemplateMatch, BearsHostileTemplates) {
  std::string names = "a";
  for (int i = 0; i < 2000; ++i) names += ",a";
  std::string ambiguous;
  for (int i = 0; i < 1000; ++i) ambiguous += "{a}a";
  const std::string topic(4096, 'a');
  std::string slashes;
  for (int i = 0; i < 2048; ++i) slashes += "/a";
  EXPECT_TRUE(matches(ambiguous, topic));
  EXPECT_FALSE(matches(ambiguous + "b{c}c", topic));
  EXPECT_FALSE(matches(ambiguous, topic.substr(0, 999)));
  EXPECT_FALSE(matches("{x}{/" + names + "}", slashes));
  EXPECT_TRUE(matches("{x}{/" + names + "}{/a*}", slashes));
  EXPECT_TRUE(matches("{x}{/" + names + "}", slashes.substr(0, 4002)));
  EXPECT_FALSE(matches("{x}{/" + names + "}", slashes.substr(0, 4004)));
}

}  // namespace
}  // namespace cinnabar::url
