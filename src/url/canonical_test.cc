// SPDX-License-Identifier: Apache-2.0
#include "url/canonical.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cinnabar::url {
namespace {

/// The value, or "failure".
std::string text(const Result<std::string>& result) { return result.ok() ? *result : "failure"; }

TEST(Canonical, Protocol) {
  EXPECT_EQ(text(canonical_protocol("")), "");
  EXPECT_EQ(text(canonical_protocol("HTTPS")), "https");
  EXPECT_EQ(text(canonical_protocol("Web+Demo")), "web+demo");
  EXPECT_EQ(text(canonical_protocol("file")), "file");
  EXPECT_EQ(text(canonical_protocol("ht\ntp")), "http");
  EXPECT_EQ(text(canonical_protocol("1a")), "failure");
  EXPECT_EQ(text(canonical_protocol("caf\u00E9")), "failure");
  EXPECT_EQ(text(canonical_protocol("a b")), "failure");
}

TEST(Canonical, UserInformation) {
  EXPECT_EQ(text(canonical_username("")), "");
  EXPECT_EQ(text(canonical_username("a:b@c/\u00E9\xFF")), "a%3Ab%40c%2F%C3%A9%EF%BF%BD");
  EXPECT_EQ(text(canonical_username("%41\t")), "%41%09");
  EXPECT_EQ(text(canonical_password("a^|'")), "a%5E%7C'");
}

TEST(Canonical, Hostname) {
  EXPECT_EQ(text(canonical_hostname("")), "");
  EXPECT_EQ(text(canonical_hostname("EXAMPLE.com")), "example.com");
  EXPECT_EQ(text(canonical_hostname("b\u00FCcher.de")), "xn--bcher-kva.de");
  EXPECT_EQ(text(canonical_hostname("ex\tample")), "example");
  EXPECT_EQ(text(canonical_hostname("0x7f.1")), "127.0.0.1");
  EXPECT_EQ(text(canonical_hostname("[0:0::1]")), "[::1]");
  EXPECT_EQ(text(canonical_hostname("[::1]:80")), "failure");
  EXPECT_EQ(text(canonical_hostname("a/b")), "a");
  EXPECT_EQ(text(canonical_hostname("a?b")), "a");
  EXPECT_EQ(text(canonical_hostname("a#b:c")), "a");
  EXPECT_EQ(text(canonical_hostname("a\\b")), "a");
  EXPECT_EQ(text(canonical_hostname("a:b")), "failure");
  EXPECT_EQ(text(canonical_hostname("/a")), "failure");
  EXPECT_EQ(text(canonical_hostname("\n")), "failure");
  EXPECT_EQ(text(canonical_hostname("a@b")), "failure");
  EXPECT_EQ(text(canonical_hostname("a b")), "failure");
  EXPECT_EQ(text(canonical_hostname("a%20b")), "failure");
}

TEST(Canonical, Ipv6Hostname) {
  EXPECT_EQ(text(canonical_ipv6_hostname("")), "");
  EXPECT_EQ(text(canonical_ipv6_hostname("[AB:0")), "[ab:0");
  EXPECT_EQ(text(canonical_ipv6_hostname("ag")), "failure");
  EXPECT_EQ(text(canonical_ipv6_hostname("1.2")), "failure");
}

TEST(Canonical, Port) {
  EXPECT_EQ(text(canonical_port("", "https")), "");
  EXPECT_EQ(text(canonical_port("443", "https")), "");
  EXPECT_EQ(text(canonical_port("443", "http")), "443");
  EXPECT_EQ(text(canonical_port("443", "")), "443");
  EXPECT_EQ(text(canonical_port("0080", "")), "80");
  EXPECT_EQ(text(canonical_port("8\t0x", "")), "80");
  EXPECT_EQ(text(canonical_port("80 ", "")), "80");
  EXPECT_EQ(text(canonical_port("x80", "")), "failure");
  EXPECT_EQ(text(canonical_port("\n", "")), "failure");
  EXPECT_EQ(text(canonical_port("65536", "")), "failure");
  EXPECT_EQ(text(canonical_port("99999999999999999999", "")), "failure");
}

TEST(Canonical, Pathname) {
  EXPECT_EQ(text(canonical_pathname("")), "");
  EXPECT_EQ(text(canonical_pathname("/a/../b c")), "/b%20c");
  EXPECT_EQ(text(canonical_pathname("a/./b")), "a/b");
  EXPECT_EQ(text(canonical_pathname("..")), "..");
  EXPECT_EQ(text(canonical_pathname("../x")), "../x");
  EXPECT_EQ(text(canonical_pathname("a/../b")), "failure");
  EXPECT_EQ(text(canonical_pathname("a/..")), "failure");
  EXPECT_EQ(text(canonical_pathname("a/../..")), "failure");
  EXPECT_EQ(text(canonical_pathname("a/../../bc")), "failure");
  EXPECT_EQ(text(canonical_pathname("/?#{}^")), "/%3F%23%7B%7D%5E");
  EXPECT_EQ(text(canonical_pathname("\\a")), "/a");
  EXPECT_EQ(text(canonical_pathname("/a\\..\\b")), "/b");
  EXPECT_EQ(text(canonical_pathname("/%2e%2e/a")), "/a");
  EXPECT_EQ(text(canonical_pathname("\t/a")), "/a");
  EXPECT_EQ(text(canonical_pathname("/C|/..")), "/");
  EXPECT_EQ(text(canonical_pathname("/\u00E9")), "/%C3%A9");
  EXPECT_EQ(text(canonical_pathname(" ")), "%20");
}

TEST(Canonical, OpaquePathname) {
  EXPECT_EQ(text(canonical_opaque_pathname("")), "");
  EXPECT_EQ(text(canonical_opaque_pathname("a/../b {}")), "a/../b {}");
  EXPECT_EQ(text(canonical_opaque_pathname("a?b")), "a");
  EXPECT_EQ(text(canonical_opaque_pathname("a  #b")), "a %20");
  EXPECT_EQ(text(canonical_opaque_pathname("a  ")), "a  ");
  EXPECT_EQ(text(canonical_opaque_pathname("\u00E9\x7F")), "%C3%A9%7F");
}

TEST(Canonical, SearchAndHash) {
  EXPECT_EQ(text(canonical_search("")), "");
  EXPECT_EQ(text(canonical_search("a=b c'#?`")), "a=b%20c%27%23?`");
  EXPECT_EQ(text(canonical_hash("a b'#`")), "a%20b'#%60");
  EXPECT_EQ(text(canonical_search("a\nb")), "ab");
  EXPECT_EQ(text(canonical_hash("")), "");
}

TEST(Canonical, FailuresSayWhy) {
  for (const auto& result : {canonical_protocol("1"), canonical_hostname("a b"), canonical_port("x", "")}) {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
    EXPECT_FALSE(result.error().detail.empty());
  }
}

}  // namespace
}  // namespace cinnabar::url
