// SPDX-License-Identifier: Apache-2.0
#include "api/trusted_proxies.h"

#include <gtest/gtest.h>

namespace cinnabar {
namespace {

TrustedProxies trust(const std::vector<std::string>& entries) {
  Result<TrustedProxies> proxies = TrustedProxies::parse(entries);
  EXPECT_TRUE(proxies.ok());
  return std::move(*proxies);
}

TEST(TrustedProxies, NobodyByDefault_ERR_14) {
  EXPECT_TRUE(TrustedProxies().empty());
  EXPECT_FALSE(TrustedProxies().trusts("127.0.0.1"));
}

TEST(TrustedProxies, AddressesAndNetworks_ERR_14) {
  const TrustedProxies proxies = trust({"192.0.2.1", "10.0.0.0/8", "198.51.100.128/25", "2001:db8::/33"});
  for (const char* address : {"192.0.2.1", "10.0.0.0", "10.255.255.255", "198.51.100.128", "198.51.100.255",
                              "2001:db8::", "2001:db8:7fff::1", "::ffff:10.1.2.3"}) {
    EXPECT_TRUE(proxies.trusts(address)) << address;
  }
  for (const char* address : {"192.0.2.2", "9.255.255.255", "11.0.0.0", "198.51.100.127",
                              "2001:db8:8000::", "2001:db7::", "", "unknown", "10.0.0.1:80", "10.1", "::1"}) {
    EXPECT_FALSE(proxies.trusts(address)) << address;
  }
}

TEST(TrustedProxies, EverybodyIsANetworkToo) {
  EXPECT_TRUE(trust({"0.0.0.0/0"}).trusts("203.0.113.9"));
  EXPECT_FALSE(trust({"0.0.0.0/0"}).trusts("2001:db8::1"));
  EXPECT_TRUE(trust({"::/0"}).trusts("2001:db8::1"));
  EXPECT_TRUE(trust({"::/0"}).trusts("203.0.113.9"));
}

TEST(TrustedProxies, Names) {
  for (const char* address : {"127.0.0.1", "127.9.9.9", "::1"}) {
    EXPECT_TRUE(trust({"loopback"}).trusts(address)) << address;
    EXPECT_TRUE(trust({"private"}).trusts(address)) << address;
  }
  for (const char* address :
       {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1", "fd00::1", "fe80::1"}) {
    EXPECT_FALSE(trust({"loopback"}).trusts(address)) << address;
    EXPECT_TRUE(trust({"private"}).trusts(address)) << address;
  }
  for (const char* address : {"172.32.0.1", "192.169.0.1", "8.8.8.8", "2001:db8::1"}) {
    EXPECT_FALSE(trust({"private"}).trusts(address)) << address;
  }
}

TEST(TrustedProxies, BadEntriesAreNamed) {
  for (const char* entry : {"", "example.com", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8x",
                            "10.0.0.0/-1", "10.0.0/8", "Loopback", "[::1]", "1.2.3.4:80", "/8"}) {
    const Result<TrustedProxies> proxies = TrustedProxies::parse(std::vector<std::string>{"10.0.0.1", entry});
    ASSERT_FALSE(proxies.ok()) << entry;
    EXPECT_NE(proxies.error().detail.find('"' + std::string(entry) + '"'), std::string::npos)
        << proxies.error().detail;
  }
}

}  // namespace
}  // namespace cinnabar
