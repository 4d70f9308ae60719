// SPDX-License-Identifier: Apache-2.0
#include "url/host.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cinnabar::url {
namespace {

std::string host(std::string_view input, bool is_opaque = false) {
  std::string out = "before";
  if (append_host(out, input, is_opaque) != nullptr) return "failure";
  EXPECT_TRUE(out.starts_with("before"));
  return out.substr(6);
}

TEST(Host, Domains) {
  EXPECT_EQ(host("example.com"), "example.com");
  EXPECT_EQ(host("EXAMPLE.com."), "example.com.");
  EXPECT_EQ(host("a..b"), "a..b");
  EXPECT_EQ(host("."), ".");
  EXPECT_EQ(host("ex%41mple"), "example");
  EXPECT_EQ(host("%C3%BC"), "xn--tda");
  EXPECT_EQ(host("%FF"), "failure");
  EXPECT_EQ(host("%00"), "failure");
  EXPECT_EQ(host("a%zz"), "failure");
  EXPECT_EQ(host("a!$&'()*+,;=~`{}\"_-"), "a!$&'()*+,;=~`{}\"_-");
}

TEST(Host, RefusesForbiddenCodePoints) {
  for (const char c : std::string_view("\0\x01\t\n\r #%/:<>?@[\\]^|\x7F", 20)) {
    EXPECT_EQ(host(std::string("a") + c + "b"), "failure") << static_cast<int>(c);
  }
  for (const char c : std::string_view("\0\t\n\r #/:<>?@[\\]^|", 17)) {
    EXPECT_EQ(host(std::string("a") + c + "b", true), "failure") << static_cast<int>(c);
  }
}

TEST(Host, OpaqueHosts) {
  EXPECT_EQ(host("", true), "");
  EXPECT_EQ(host("EXAMPLE.com", true), "EXAMPLE.com");
  EXPECT_EQ(host("a%41\u00E9\x01\x7F", true), "a%41%C3%A9%01%7F");
  EXPECT_EQ(host("0x7f.1", true), "0x7f.1");
  EXPECT_EQ(host("[::1]", true), "[::1]");
}

TEST(Host, Ipv4Addresses) {
  EXPECT_EQ(host("1.2.3.4"), "1.2.3.4");
  EXPECT_EQ(host("1.2.3.4."), "1.2.3.4");
  EXPECT_EQ(host("0"), "0.0.0.0");
  EXPECT_EQ(host("0x"), "0.0.0.0");
  EXPECT_EQ(host("0XffFFFFff"), "255.255.255.255");
  EXPECT_EQ(host("4294967295"), "255.255.255.255");
  EXPECT_EQ(host("4294967296"), "failure");
  EXPECT_EQ(host("1.65536"), "1.1.0.0");
  EXPECT_EQ(host("1.16777216"), "failure");
  EXPECT_EQ(host("1.2.65535"), "1.2.255.255");
  EXPECT_EQ(host("017.0x10.1"), "15.16.0.1");
  EXPECT_EQ(host("09"), "failure");
  EXPECT_EQ(host("1.2.3.256"), "failure");
  EXPECT_EQ(host("256.1"), "failure");
  EXPECT_EQ(host("1.2.3.4.5"), "failure");
  EXPECT_EQ(host("1..2"), "failure");
  EXPECT_EQ(host("foo.0x4"), "failure");
  EXPECT_EQ(host("foo.1"), "failure");
  EXPECT_EQ(host("foo.0xg"), "foo.0xg");
  EXPECT_EQ(host("foo.1a"), "foo.1a");
  EXPECT_EQ(host("1.2.3.4.."), "1.2.3.4..");
  EXPECT_EQ(host("%30x7F.1"), "127.0.0.1");
  EXPECT_EQ(host("\uFF11.\uFF12\u30023.4"), "1.2.3.4");
  EXPECT_EQ(host(std::string(100'000, '9')), "failure");
  EXPECT_EQ(host("0x" + std::string(100'000, '0') + "1"), "0.0.0.1");
}

TEST(Host, Ipv6Addresses) {
  EXPECT_EQ(host("[::]"), "[::]");
  EXPECT_EQ(host("[1::]"), "[1::]");
  EXPECT_EQ(host("[::1]"), "[::1]");
  EXPECT_EQ(host("[2001:0DB8::00Ff]"), "[2001:db8::ff]");
  EXPECT_EQ(host("[1:0:0:2:0:0:0:3]"), "[1:0:0:2::3]");
  EXPECT_EQ(host("[0:f:0:0:f:f:0:0]"), "[0:f::f:f:0:0]");
  EXPECT_EQ(host("[1:0:2:3:4:5:6:7]"), "[1:0:2:3:4:5:6:7]");
  EXPECT_EQ(host("[1:2:3:4:5:6:7::]"), "[1:2:3:4:5:6:7:0]");
  EXPECT_EQ(host("[::127.0.0.1]"), "[::7f00:1]");
  EXPECT_EQ(host("[1:2:3:4:5:6:1.2.3.4]"), "[1:2:3:4:5:6:102:304]");
  for (const std::string_view wrong : {"[",
                                       "[]",
                                       "[:]",
                                       "[:1]",
                                       "[1:]",
                                       "[1::2::3]",
                                       "[:::]",
                                       "[1:2:3:4:5:6:7]",
                                       "[1:2:3:4:5:6:7:8:9]",
                                       "[12345::]",
                                       "[::g]",
                                       "[::1",
                                       "[::1]x",
                                       "[::1%25eth0]",
                                       "[1:2:3:4:5:6:7:1.2.3.4]",
                                       "[::1.2.3]",
                                       "[::1.2.3.4.5]",
                                       "[::1.2.3.256]",
                                       "[::01.2.3.4]",
                                       "[::.1.2.3]",
                                       "[::1.2.3.]",
                                       "[::1.2.3.4:5]",
                                       "[::%31]",
                                       "[::1%5D"}) {
    EXPECT_EQ(host(wrong), "failure") << wrong;
    EXPECT_EQ(host(wrong, true), "failure") << wrong;
  }
}

TEST(Host, KnowsPlainDomains) {
  EXPECT_EQ(plain_domain_length("example.com/x"), 11U);
  EXPECT_EQ(plain_domain_length("eXample"), 1U);
  EXPECT_EQ(plain_domain_length(""), 0U);
  EXPECT_EQ(plain_domain_length("a%41"), 1U);
  EXPECT_FALSE(may_end_in_number("example.com"));
  EXPECT_TRUE(may_end_in_number("1.2"));
  EXPECT_TRUE(may_end_in_number("0x"));
  EXPECT_TRUE(may_end_in_number("1.2."));
}

}  // namespace
}  // namespace cinnabar::url
