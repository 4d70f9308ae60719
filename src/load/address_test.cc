// SPDX-License-Identifier: Apache-2.0
#include "load/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cinnabar::load {
namespace {

using testing::HasSubstr;

TEST(HubAddress, TakesUrlsApart) {
  const auto plain = parse_hub_url("http://127.0.0.1:3000");
  ASSERT_TRUE(plain.ok());
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(plain->host, "127.0.0.1");
  EXPECT_EQ(plain->port, 3000);
  EXPECT_EQ(plain->authority, "127.0.0.1:3000");
  EXPECT_EQ(plain->path, "/.well-known/mercure");
  EXPECT_EQ(plain->url(), "http://127.0.0.1:3000/.well-known/mercure");

  const auto secure = parse_hub_url("https://[::1]/hub?a=b#c");
  ASSERT_TRUE(secure.ok());
  EXPECT_TRUE(secure->tls);
  EXPECT_EQ(secure->host, "::1");
  EXPECT_EQ(secure->port, 443);
  EXPECT_EQ(secure->authority, "[::1]");
  EXPECT_EQ(secure->url(), "https://[::1]/hub");
  EXPECT_EQ(secure->target("match=x"), "/hub?a=b&match=x");
  EXPECT_EQ(plain->target("match=x"), "/.well-known/mercure?match=x");
  EXPECT_EQ(parse_hub_url("http://h?a")->path, "/.well-known/mercure?a");
}

TEST(HubAddress, SaysWhatIsWrongWithAUrl) {
  const auto error = [](const char* url) {
    const auto address = parse_hub_url(url);
    return address.ok() ? std::string("none") : address.error().detail;
  };
  EXPECT_THAT(error("127.0.0.1:3000"), HasSubstr("does not begin with http:// or https://"));
  EXPECT_THAT(error("http://"), HasSubstr("has no host"));
  EXPECT_THAT(error("http://:80"), HasSubstr("has no host"));
  EXPECT_THAT(error("http://a:b"), HasSubstr("has a port that is not a number"));
  EXPECT_THAT(error("http://a:0"), HasSubstr("has a port that is not a number"));
  EXPECT_THAT(error("http://a:70000"), HasSubstr("has a port that is not a number"));
  EXPECT_THAT(error("http://u:p@a"), HasSubstr("user name"));
  EXPECT_THAT(error("http://[::1"), HasSubstr("no ]"));
  EXPECT_THAT(error("http://a/b c"), HasSubstr("percent-encoded"));
  EXPECT_THAT(error("http://a\r\nb"), HasSubstr("percent-encoded"));
}

TEST(HubAddress, ResolvesLiteralsAndLocalhost) {
  auto literal = *parse_hub_url("http://127.0.0.1:3000");
  ASSERT_TRUE(resolve(literal).ok());
  EXPECT_EQ(literal.socket.ss_family, AF_INET);
  auto six = *parse_hub_url("http://[::1]:3000");
  ASSERT_TRUE(resolve(six).ok());
  EXPECT_EQ(six.socket.ss_family, AF_INET6);
  auto none = *parse_hub_url("http://no-such-host.invalid");
  const auto resolved = resolve(none);
  ASSERT_FALSE(resolved.ok());
  EXPECT_THAT(resolved.error().detail, HasSubstr("\"no-such-host.invalid\" has no address"));
}

}  // namespace
}  // namespace cinnabar::load
