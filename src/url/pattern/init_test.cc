// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/init.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace cinnabar::url::pattern {
namespace {

using C = Component;
using Members = std::vector<std::pair<Component, std::string>>;

/// The components that come out, as "name=text" with blanks between them.
std::string process(const Members& members, std::optional<std::string> base,
                    InitType type = InitType::kPattern) {
  UrlPatternInit init;
  for (const auto& [component, text] : members) init.components[static_cast<std::size_t>(component)] = text;
  init.base_url = std::move(base);
  const Result<Components> processed = process_init(init, type);
  if (!processed.ok()) return processed.error().detail;
  std::string out;
  for (std::size_t i = 0; i < kComponents; ++i) {
    if (!(*processed)[i]) continue;
    if (!out.empty()) out += ' ';
    out += std::string(name_of(static_cast<Component>(i))) + "=" + *(*processed)[i];
  }
  return out;
}

std::string url(const Members& members, std::optional<std::string> base = {}) {
  return process(members, std::move(base), InitType::kUrl);
}

constexpr const char* kBase = "https://u:p@example.com:8080/a/b?q#h";

TEST(ProcessInit, TakesFromTheBaseWhatIsLessSpecific) {
  EXPECT_EQ(process({}, kBase),
            "protocol=https hostname=example.com port=8080 pathname=/a/b search=q hash=h");
  EXPECT_EQ(process({{C::kHash, "x"}}, kBase),
            "protocol=https hostname=example.com port=8080 pathname=/a/b search=q hash=x");
  EXPECT_EQ(process({{C::kSearch, "x"}}, kBase),
            "protocol=https hostname=example.com port=8080 pathname=/a/b search=x");
  EXPECT_EQ(process({{C::kPathname, "/x"}}, kBase),
            "protocol=https hostname=example.com port=8080 pathname=/x");
  EXPECT_EQ(process({{C::kPort, "1"}}, kBase), "protocol=https hostname=example.com port=1");
  EXPECT_EQ(process({{C::kHostname, "x"}}, kBase), "protocol=https hostname=x");
  EXPECT_EQ(process({{C::kProtocol, "x"}}, kBase), "protocol=x");
}

TEST(ProcessInit, UserInformationIsInheritedByUrlsAlone) {
  EXPECT_EQ(
      url({}, kBase),
      "protocol=https username=u password=p hostname=example.com port=8080 pathname=/a/b search=q hash=h");
  EXPECT_EQ(url({{C::kPassword, "x"}}, "https://u:p@a/"),
            "protocol=https username=u password=x hostname=a port= pathname=/ search= hash=");
  EXPECT_EQ(url({{C::kUsername, "x"}}, "https://u:p@a/"),
            "protocol=https username=x hostname=a port= pathname=/ search= hash=");
  EXPECT_EQ(url({{C::kPort, "1"}}, "https://u:p@a/"), "protocol=https hostname=a port=1");
}

TEST(ProcessInit, EscapesTheBaseInPatternsAlone) {
  EXPECT_EQ(process({}, "https://[::1]/a(b)*+:c"),
            "protocol=https hostname=[\\:\\:1] port= pathname=/a\\(b\\)\\*\\+\\:c search= hash=");
  EXPECT_EQ(url({{C::kPathname, "x"}}, "https://h/a(b)/"),
            "protocol=https username= password= hostname=h port= pathname=/a(b)/x");
}

TEST(ProcessInit, RelativePathnames) {
  const auto path = [](const char* pathname, const char* base) {
    const std::string all = process({{C::kPathname, pathname}}, base);
    return all.substr(all.find("pathname=") + 9);
  };
  EXPECT_EQ(path("x", "https://h/a/b"), "/a/x");
  EXPECT_EQ(path("", "https://h/a/b"), "/a/");
  EXPECT_EQ(path("*", "https://h/a/b(c)/d"), "/a/b\\(c\\)/*");
  EXPECT_EQ(path("../x", "https://h/a/b"), "/a/../x");
  EXPECT_EQ(path("/x", "https://h/a/b"), "/x");
  EXPECT_EQ(path("\\/x", "https://h/a/b"), "\\/x");
  EXPECT_EQ(path("{/x}", "https://h/a/b"), "{/x}");
  EXPECT_EQ(path("{x}", "https://h/a/b"), "/a/{x}");
  EXPECT_EQ(path("x", "data:foo"), "x");
  EXPECT_EQ(path("x", "foo://h"), "x");
  EXPECT_EQ(url({{C::kPathname, "\\/x"}}, "foo://h/a/b"),
            "protocol=foo username= password= hostname=h port= pathname=/a/\\/x");
}

TEST(ProcessInit, TakesOffOneDelimiter) {
  EXPECT_EQ(process({{C::kProtocol, "https:"}, {C::kSearch, "?a"}, {C::kHash, "#b"}}, {}),
            "protocol=https search=a hash=b");
  EXPECT_EQ(process({{C::kProtocol, "https::"}, {C::kSearch, "??a"}, {C::kHash, "##b"}}, {}),
            "protocol=https: search=?a hash=#b");
}

TEST(ProcessInit, UrlsBecomeCanonical) {
  EXPECT_EQ(url({{C::kProtocol, "HTTPS"},
                 {C::kUsername, "é"},
                 {C::kHostname, "münchen.DE"},
                 {C::kPort, "0443"},
                 {C::kPathname, "/a/../é"},
                 {C::kSearch, "'"},
                 {C::kHash, "a b"}}),
            "protocol=https username=%C3%A9 hostname=xn--mnchen-3ya.de port= pathname=/%C3%A9 search=%27 "
            "hash=a%20b");
  EXPECT_EQ(url({{C::kProtocol, "foo"}, {C::kPathname, "/a/../b c"}}), "protocol=foo pathname=/a/../b c");
  EXPECT_EQ(url({{C::kPathname, "\xFF"}}), "pathname=%EF%BF%BD");
}

TEST(ProcessInit, SaysWhatIsWrong) {
  EXPECT_EQ(process({}, "nothing").rfind("The base URL is not a valid URL: ", 0), 0U);
  EXPECT_EQ(process({}, "").rfind("The base URL is not a valid URL: ", 0), 0U);
  EXPECT_EQ(url({{C::kPort, "x"}}), "The port is invalid: a port starts with a digit.");
  EXPECT_EQ(url({{C::kProtocol, "1"}}).rfind("The protocol is invalid: ", 0), 0U);
}

}  // namespace
}  // namespace cinnabar::url::pattern
