// SPDX-License-Identifier: Apache-2.0
#include "url/url.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace cinnabar::url {
namespace {

using BaseUse = Url::BaseUse;

/// The serialisation, or "failure".
std::string href(std::string_view input) {
  const auto url = Url::parse(input);
  return url.ok() ? url->href() : "failure";
}

std::string href(std::string_view input, std::string_view base_text) {
  const auto base = Url::parse(base_text);
  EXPECT_TRUE(base.ok()) << base_text;
  const auto url = Url::parse(input, &*base);
  return url.ok() ? url->href() : "failure";
}

BaseUse base_use(std::string_view input, std::string_view base_text) {
  const auto base = Url::parse(base_text);
  const auto url = Url::parse(input, &*base);
  EXPECT_TRUE(url.ok()) << input;
  return url->base_use();
}

TEST(Url, HasAllParts) {
  const auto url = Url::parse("HTTPS://user:pass@EXAMPLE.com:8443/a/b?q=1#frag");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->href(), "https://user:pass@example.com:8443/a/b?q=1#frag");
  EXPECT_EQ(url->scheme(), "https");
  EXPECT_EQ(url->username(), "user");
  EXPECT_EQ(url->password(), "pass");
  EXPECT_EQ(url->hostname(), "example.com");
  EXPECT_EQ(url->port(), "8443");
  EXPECT_EQ(url->pathname(), "/a/b");
  EXPECT_EQ(url->query(), "q=1");
  EXPECT_EQ(url->fragment(), "frag");
  EXPECT_EQ(url->origin(), "https://example.com:8443");
  EXPECT_TRUE(url->is_special());
  EXPECT_TRUE(url->has_host());
  EXPECT_FALSE(url->has_opaque_path());
  EXPECT_EQ(url->base_use(), BaseUse::kNone);
}

TEST(Url, TellsAbsentPartsFromEmptyOnes) {
  const auto without = Url::parse("foo:/bar");
  ASSERT_TRUE(without.ok());
  EXPECT_FALSE(without->has_host() || without->has_query() || without->has_fragment());
  const auto with = Url::parse("foo://?#");
  ASSERT_TRUE(with.ok());
  EXPECT_TRUE(with->has_host() && with->has_query() && with->has_fragment());
  EXPECT_EQ(with->href(), "foo://?#");
  EXPECT_EQ(with->pathname(), "");
  for (const auto* url : {&*without, &*with}) {
    EXPECT_EQ(url->hostname(), "");
    EXPECT_EQ(url->query(), "");
    EXPECT_EQ(url->fragment(), "");
    EXPECT_EQ(url->port(), "");
    EXPECT_EQ(url->username(), "");
    EXPECT_EQ(url->password(), "");
  }
}

TEST(Url, AllocatesOnceForATypicalTopic) {
  const std::string_view topic = "https://example.com/books/42";
  const auto url = Url::parse(topic);
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->href(), topic);
  EXPECT_LT(url->href().capacity(), 2 * topic.size());  // a string that grew would have doubled
}

TEST(Url, ReadsUserInformation) {
  EXPECT_EQ(href("https://a@b@c:d@e/"), "https://a%40b%40c:d@e/");
  EXPECT_EQ(href("https://@host/"), "https://host/");
  EXPECT_EQ(href("https://:@host/"), "https://host/");
  EXPECT_EQ(href("https://user:@host/"), "https://user@host/");
  EXPECT_EQ(href("https://:pass:word@host/"), "https://:pass%3Aword@host/");
  EXPECT_EQ(href("https://user@/"), "failure");
  EXPECT_EQ(href("foo://user@/"), "failure");
  EXPECT_EQ(href("https://user@:80/"), "failure");
  const auto url = Url::parse("https://:secret@host/");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->username(), "");
  EXPECT_EQ(url->password(), "secret");
  EXPECT_EQ(url->hostname(), "host");
}

TEST(Url, ReadsPorts) {
  EXPECT_EQ(href("https://a:443/"), "https://a/");
  EXPECT_EQ(href("http://a:443/"), "http://a:443/");
  EXPECT_EQ(href("ws://a:80/"), "ws://a/");
  EXPECT_EQ(href("foo://a:80/"), "foo://a:80/");
  EXPECT_EQ(href("http://a:/"), "http://a/");
  EXPECT_EQ(href("http://a:0000000000000000008080/"), "http://a:8080/");
  EXPECT_EQ(href("http://a:65535/"), "http://a:65535/");
  EXPECT_EQ(href("http://a:65536/"), "failure");
  EXPECT_EQ(href("http://a:4294967376/"), "failure");
  EXPECT_EQ(href("http://a:8x/"), "failure");
  EXPECT_EQ(href("http://:80/"), "failure");
  EXPECT_EQ(href("foo://:80/"), "failure");
  EXPECT_EQ(href("http://[::1]:81/"), "http://[::1]:81/");
}

TEST(Url, RemovesDotSegments) {
  EXPECT_EQ(href("http://a/b/../c/./d"), "http://a/c/d");
  EXPECT_EQ(href("http://a/b/%2e%2E/c/%2e/d"), "http://a/c/d");
  EXPECT_EQ(href("http://a/b/.%2e"), "http://a/");
  EXPECT_EQ(href("http://a/../../.."), "http://a/");
  EXPECT_EQ(href("http://a/b/..."), "http://a/b/...");
  EXPECT_EQ(href("http://a/.b/..c"), "http://a/.b/..c");
  EXPECT_EQ(href("http://a\\b\\..\\c"), "http://a/c");
  EXPECT_EQ(href("foo://a/b\\..\\c"), "foo://a/b\\..\\c");
  EXPECT_EQ(href("http://a//../b"), "http://a/b");
  EXPECT_EQ(href("http://a/b/..?../x#../y"), "http://a/?../x#../y");
}

TEST(Url, EncodesEachPartByItsOwnSet) {
  EXPECT_EQ(href("https://h/ \"#<>?`{}^|'"), "https://h/%20%22#%3C%3E?%60{}^|'");
  EXPECT_EQ(href("https://h/^`{}|[]'~"), "https://h/%5E%60%7B%7D|[]'~");
  EXPECT_EQ(href("https://h/?^`{}|'\" "), "https://h/?^`{}|%27%22");
  EXPECT_EQ(href("https://h/?^`{}|'\" x"), "https://h/?^`{}|%27%22%20x");
  EXPECT_EQ(href("foo://h/?'"), "foo://h/?'");
  EXPECT_EQ(href("https://h/\x7F\xC3\xA9"), "https://h/%7F%C3%A9");
  EXPECT_EQ(href("https://h/%zz%4"), "https://h/%zz%4");
}

TEST(Url, ReadsOpaquePaths) {
  const auto url = Url::parse("urn:isbn:97803 07\x01?q");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->href(), "urn:isbn:97803 07%01?q");
  EXPECT_TRUE(url->has_opaque_path());
  EXPECT_EQ(url->origin(), "null");
  EXPECT_EQ(href("data:a  #b"), "data:a %20#b");
  EXPECT_EQ(href("data:a  ?b"), "data:a %20?b");
  EXPECT_EQ(href("data:a  "), "data:a");
  EXPECT_EQ(href("javascript:'/../'"), "javascript:'/../'");
}

TEST(Url, KeepsAPathFromReadingAsAHost) {
  const auto url = Url::parse("web+demo:/.//not-a-host/");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->href(), "web+demo:/.//not-a-host/");
  EXPECT_EQ(url->pathname(), "//not-a-host/");
  EXPECT_FALSE(url->has_host());
  EXPECT_EQ(url->port(), "");
  EXPECT_EQ(href("web+demo:/a/..//b?q"), "web+demo:/.//b?q");
  EXPECT_EQ(href("c", "web+demo:/.//a/b"), "web+demo:/.//a/c");
  EXPECT_EQ(href("/c", "web+demo:/.//a/b"), "web+demo:/c");
  EXPECT_EQ(href("#f", "web+demo:/.//a/b?q"), "web+demo:/.//a/b?q#f");
}

TEST(Url, ReadsFileUrls) {
  EXPECT_EQ(href("file:"), "file:///");
  EXPECT_EQ(href("file:///C|/a/../.."), "file:///C:/");
  EXPECT_EQ(href("file://C|/a"), "file:///C:/a");
  EXPECT_EQ(href("file://localhost/a"), "file:///a");
  EXPECT_EQ(href("file://loc%61lhost/a"), "file:///a");
  EXPECT_EQ(href("file://host\\a"), "file://host/a");
  EXPECT_EQ(href("file://a:80/"), "failure");
  EXPECT_EQ(href("..", "file:///C:/demo"), "file:///C:/");
  EXPECT_EQ(href("/x", "file://h/C:/demo"), "file://h/C:/x");
  EXPECT_EQ(href("/D:/x", "file://h/C:/demo"), "file://h/D:/x");
  EXPECT_EQ(href("D|/x", "file://h/C:/demo?q"), "file://h/D:/x");
  EXPECT_EQ(href("D|x", "file://h/C:/demo"), "file://h/C:/D|x");
  EXPECT_EQ(href("?z", "file://h/C:/demo?q"), "file://h/C:/demo?z");
  EXPECT_EQ(href("//x/y", "file://h/C:/demo"), "file://x/y");
  EXPECT_EQ(href("file:y", "file://h/a/b"), "file://h/a/y");
}

TEST(Url, ResolvesReferences) {
  const std::string_view base = "https://u:p@a.example:81/b/c/d;p?q#f";
  EXPECT_EQ(href("", base), "https://u:p@a.example:81/b/c/d;p?q");
  EXPECT_EQ(href("#x", base), "https://u:p@a.example:81/b/c/d;p?q#x");
  EXPECT_EQ(href("?x", base), "https://u:p@a.example:81/b/c/d;p?x");
  EXPECT_EQ(href("g", base), "https://u:p@a.example:81/b/c/g");
  EXPECT_EQ(href("./../../../g/", base), "https://u:p@a.example:81/g/");
  EXPECT_EQ(href("/g", base), "https://u:p@a.example:81/g");
  EXPECT_EQ(href("\\g", base), "https://u:p@a.example:81/g");
  EXPECT_EQ(href("//g", base), "https://g/");
  EXPECT_EQ(href("\\\\g", base), "https://g/");
  EXPECT_EQ(href("https:g", base), "https://u:p@a.example:81/b/c/g");
  EXPECT_EQ(href("HTTPS:/g", base), "https://u:p@a.example:81/g");
  EXPECT_EQ(href("http:g", base), "http://g/");
  EXPECT_EQ(href("x", "foo://h"), "foo://h/x");
  EXPECT_EQ(href("//", "foo://h/p"), "foo://");
  EXPECT_EQ(href("a", "mailto:x"), "failure");
  EXPECT_EQ(href("", "mailto:x"), "failure");
  EXPECT_EQ(href("#f", "mailto:x?q#g"), "mailto:x?q#f");
}

TEST(Url, KeepsThePartsOfItsBase) {
  const auto base = Url::parse("https://u:p@a.example:81/b/c?q#f");
  const auto url = Url::parse("g#h", &*base);
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->username(), "u");
  EXPECT_EQ(url->password(), "p");
  EXPECT_EQ(url->hostname(), "a.example");
  EXPECT_EQ(url->port(), "81");
  EXPECT_EQ(url->pathname(), "/b/g");
  EXPECT_FALSE(url->has_query());
  EXPECT_EQ(url->fragment(), "h");
}

TEST(Url, SaysWhatItTookFromItsBase) {
  const std::string_view https = "https://a/b";
  for (const std::string_view input : {"", "#x", "?x", "x", "/x", "\\x", "https:x", "https:/x", "https:"}) {
    EXPECT_EQ(base_use(input, https), BaseUse::kAuthority) << input;
  }
  for (const std::string_view input : {"//x", "\\\\x", "/\\x", "///x"}) {
    EXPECT_EQ(base_use(input, https), BaseUse::kScheme) << input;
  }
  for (const std::string_view input : {"https://x", "https:\\\\x", "http:x", "foo:x", "urn:x", "file:x"}) {
    EXPECT_EQ(base_use(input, https), BaseUse::kNone) << input;
  }
  EXPECT_EQ(base_use("https:foo", "http://a/"), BaseUse::kNone);
  EXPECT_EQ(base_use("#x", "mailto:a"), BaseUse::kAuthority);
  for (const std::string_view input : {"", "x", "/x", "D|/x", "?x", "file:x", "file:/x"}) {
    EXPECT_EQ(base_use(input, "file://h/p"), BaseUse::kAuthority) << input;
  }
  EXPECT_EQ(base_use("//x/y", "file://h/p"), BaseUse::kScheme);
  EXPECT_EQ(base_use("file://x/y", "file://h/p"), BaseUse::kNone);
}

TEST(Url, DropsTabsAndNewlinesAndTrimsTheRest) {
  EXPECT_EQ(href(" \x01\thtt\nps://ex\ra\tmple/a\nb \x1F"), "https://example/ab");
  EXPECT_EQ(href("https://a/\x01"), "https://a/");
  EXPECT_EQ(href(std::string_view("https://a/b\0c", 13)), "https://a/b%00c");
}

TEST(Url, RepairsWhatIsNotUtf8) {
  EXPECT_EQ(href("https://a/\xFF"), "https://a/%EF%BF%BD");
  EXPECT_EQ(href("https://a/\xE2\x82"), "https://a/%EF%BF%BD");
  EXPECT_EQ(href("https://a/\xED\xA0\x80"), "https://a/%EF%BF%BD%EF%BF%BD%EF%BF%BD");
  // Neither half becomes a character when the tab between them goes.
  EXPECT_EQ(href("https://a/\xC3\t\xA9"), "https://a/%EF%BF%BD%EF%BF%BD");
  EXPECT_EQ(href("https://\xFF/"), "failure");
}

TEST(Url, HasAnOrigin) {
  const auto origin = [](std::string_view input) { return Url::parse(input)->origin(); };
  EXPECT_EQ(origin("https://u@a:1/b"), "https://a:1");
  EXPECT_EQ(origin("wss://a/b"), "wss://a");
  EXPECT_EQ(origin("file:///a"), "null");
  EXPECT_EQ(origin("foo://a/b"), "null");
  EXPECT_EQ(origin("blob:https://a:8/b"), "https://a:8");
  EXPECT_EQ(origin("blob:ftp://a/b"), "null");
  EXPECT_EQ(origin("blob:blob:https://a/"), "null");
  EXPECT_EQ(origin("blob:x"), "null");
}

TEST(Url, SaysWhatIsWrong) {
  for (const std::string_view input :
       {"/books", "https://", "https://a:x/", "https://a b/", "https://1.2.3.256/", "https://[1::2::3]/",
        "https://\u00AD/", "https://\u0378/"}) {
    const auto url = Url::parse(input);
    ASSERT_FALSE(url.ok()) << input;
    EXPECT_EQ(url.error().code, ErrorCode::kInvalid);
    EXPECT_GT(url.error().detail.size(), 20U);
  }
}

TEST(Url, TakesAMegabyte) {
  const std::string big(1 << 20, 'a');
  EXPECT_EQ(href("https://" + big + "/" + big).size(), (2U << 20) + 9);
  std::string dots = "https://a";
  for (int i = 0; i < 200'000; ++i) dots += "/b/..";
  EXPECT_EQ(href(dots), "https://a/");
  EXPECT_EQ(href("https://" + std::string(1 << 20, '@') + "a").size(), 3U * (1 << 20) - 3 + 8 + 3);
}

TEST(Url, KnowsSchemes) {
  for (const std::string_view scheme : {"ftp", "file", "http", "https", "ws", "wss"}) {
    EXPECT_TRUE(is_special_scheme(scheme)) << scheme;
  }
  for (const std::string_view scheme : {"", "x", "htt", "httpx", "httpss", "HTTP", "wsss"}) {
    EXPECT_FALSE(is_special_scheme(scheme)) << scheme;
    EXPECT_EQ(default_port(scheme), "") << scheme;
  }
  EXPECT_EQ(default_port("ftp"), "21");
  EXPECT_EQ(default_port("file"), "");
  EXPECT_EQ(default_port("ws"), "80");
  EXPECT_EQ(default_port("wss"), "443");
}

}  // namespace
}  // namespace cinnabar::url
