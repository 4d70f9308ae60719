// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "http/server.h"

namespace cinnabar::http {
namespace {

std::string shown(std::string_view url) {
  const auto parsed = ListenAddress::parse(url);
  if (!parsed) return "error: " + parsed.error().detail;
  return std::string(parsed->tls ? "tls " : "plain ") + parsed->host + " " + std::to_string(parsed->port);
}

TEST(ListenAddress, Accepts) {
  EXPECT_EQ(shown("http://127.0.0.1:3000"), "plain 127.0.0.1 3000");
  EXPECT_EQ(shown("https://[::1]:3443"), "tls ::1 3443");
  EXPECT_EQ(shown("https://localhost:3443/"), "tls localhost 3443");
  EXPECT_EQ(shown("http://0.0.0.0:0"), "plain 0.0.0.0 0");
  EXPECT_EQ(shown("http://0.0.0.0"), "plain 0.0.0.0 80");
  EXPECT_EQ(shown("https://[::]"), "tls :: 443");
}

TEST(ListenAddress, RefusesWithASentence) {
  for (const char* url :
       {"", "127.0.0.1:3000", "ftp://127.0.0.1", "http://", "http://:3000", "http://example.com:80",
        "http://::1:80", "http://[::1", "http://[::1]x", "http://[1.2.3.4]:80", "http://1.2.3:80",
        "http://127.0.0.1:", "http://127.0.0.1:65536", "http://127.0.0.1:-1", "http://127.0.0.1:80a",
        "http://127.0.0.1:80/path", "http://127.0.0.1:80?q", "http://user@127.0.0.1:80"}) {
    const auto parsed = ListenAddress::parse(url);
    ASSERT_FALSE(parsed.ok()) << url;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalid);
    EXPECT_NE(parsed.error().detail.find("\"" + std::string(url) + "\""), std::string::npos);
    EXPECT_NE(parsed.error().detail.find("expected"), std::string::npos);
  }
}

}  // namespace
}  // namespace cinnabar::http
