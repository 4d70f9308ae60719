// SPDX-License-Identifier: Apache-2.0
#include "auth/jwks/private_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace cinnabar {
namespace {

bool is_private(const char* text) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
    return is_private_address(reinterpret_cast<sockaddr*>(&v4));
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  EXPECT_EQ(inet_pton(AF_INET6, text, &v6.sin6_addr), 1) << text;
  return is_private_address(reinterpret_cast<sockaddr*>(&v6));
}

TEST(PrivateAddress, KnowsWhatIsNotOnTheInternet_TOK_18) {
  for (const char* address : {"0.0.0.0",
                              "0.1.2.3",
                              "10.0.0.1",
                              "10.255.255.255",
                              "100.64.0.1",
                              "100.127.255.255",
                              "127.0.0.1",
                              "127.8.9.10",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.1",
                              "192.0.2.1",
                              "192.168.1.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "198.51.100.1",
                              "203.0.113.1",
                              "224.0.0.1",
                              "239.1.1.1",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "fe80::1",
                              "fc00::1",
                              "fd12:3456::1",
                              "ff02::1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "64:ff9b::a9fe:a9fe",
                              "2002:7f00:1::",
                              "2002:c0a8:101::1",
                              "2001:db8::1",
                              "2001::1",
                              "2001:10::1",
                              "::127.0.0.1",
                              "100::1",
                              "fec0::1"}) {
    EXPECT_TRUE(is_private(address)) << address;
  }
  for (const char* address : {"1.1.1.1",
                              "8.8.8.8",
                              "9.255.255.255",
                              "11.0.0.1",
                              "100.63.255.255",
                              "100.128.0.1",
                              "126.255.255.255",
                              "128.0.0.1",
                              "169.253.1.1",
                              "172.15.255.255",
                              "172.32.0.1",
                              "192.167.1.1",
                              "192.169.1.1",
                              "198.17.1.1",
                              "198.20.0.1",
                              "223.255.255.255",
                              "2606:4700:4700::1111",
                              "2001:4860:4860::8888",
                              "2a00:1450::1",
                              "::ffff:8.8.8.8",
                              "64:ff9b::808:808",
                              "2002:808:808::1",
                              "2001:200::1"}) {
    EXPECT_FALSE(is_private(address)) << address;
  }
}

TEST(PrivateAddress, OtherFamiliesAreNotPublic_TOK_18) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  EXPECT_TRUE(is_private_address(reinterpret_cast<sockaddr*>(&local)));
}

}  // namespace
}  // namespace cinnabar
