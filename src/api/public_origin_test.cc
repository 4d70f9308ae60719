// SPDX-License-Identifier: Apache-2.0
#include "api/public_origin.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace cinnabar {
namespace {

/// "scheme authority client" of a request that comes from `peer` with these fields.
std::string seen(std::vector<http::Header> headers, std::string peer = "10.0.0.1", bool tls = false) {
  static const TrustedProxies kProxies =
      *TrustedProxies::parse(std::vector<std::string>{"10.0.0.0/8", "fd00::/8"});
  http::Request request;
  request.headers = std::move(headers);
  request.peer = std::move(peer);
  request.authority = "inner:8080";
  request.tls = tls;
  const PublicOrigin origin = public_origin(request, kProxies);
  return std::string(origin.https ? "https " : "http ") + origin.authority + " " + origin.client;
}

const std::string kOwn = "http inner:8080 10.0.0.1";

TEST(PublicOrigin, IsTheConnectionsWithoutProxies_ERR_14) {
  EXPECT_EQ(seen({}), kOwn);
  EXPECT_EQ(seen({}, "192.0.2.1", true), "https inner:8080 192.0.2.1");
}

TEST(PublicOrigin, StrangersAreNotBelieved_ERR_14) {
  EXPECT_EQ(seen({{"x-forwarded-for", "203.0.113.9"},
                  {"x-forwarded-proto", "https"},
                  {"x-forwarded-host", "evil.example"},
                  {"forwarded", "for=203.0.113.9;proto=https;host=evil.example"}},
                 "192.0.2.1"),
            "http inner:8080 192.0.2.1");
}

TEST(PublicOrigin, AProxyTellsIt_ERR_14) {
  const std::string expected = "https hub.example 203.0.113.9";
  EXPECT_EQ(seen({{"x-forwarded-for", "203.0.113.9"},
                  {"x-forwarded-proto", "HTTPS"},
                  {"x-forwarded-host", "hub.example"}}),
            expected);
  EXPECT_EQ(seen({{"forwarded", "for=203.0.113.9;proto=https;host=hub.example"}}), expected);
  EXPECT_EQ(seen({{"forwarded", "For=\"203.0.113.9:4711\" ; Proto=\"https\"; HOST=hub.example;by=_x"}}),
            expected);
  EXPECT_EQ(seen({{"forwarded", "for=\"[2001:db8::1]:80\";host=\"a\\b\""}}), "http ab 2001:db8::1");
}

TEST(PublicOrigin, APortOfItsOwn) {
  EXPECT_EQ(seen({{"x-forwarded-host", "h"}, {"x-forwarded-port", "8443"}}), "http h:8443 10.0.0.1");
  EXPECT_EQ(seen({{"x-forwarded-host", "h:1"}, {"x-forwarded-port", "8443"}}), "http h:1 10.0.0.1");
  EXPECT_EQ(seen({{"x-forwarded-host", "[::1]"}, {"x-forwarded-port", "8443"}}), "http [::1]:8443 10.0.0.1");
  EXPECT_EQ(seen({{"x-forwarded-port", "8443"}}), kOwn);
}

// The client writes the first hop, each proxy adds one: what stands before an untrusted hop is the client's
// word.
TEST(PublicOrigin, TheWalkEndsAtTheFirstStranger_ERR_14) {
  EXPECT_EQ(seen({{"x-forwarded-for", "1.1.1.1, 203.0.113.9, 10.2.2.2"}}), "http inner:8080 203.0.113.9");
  EXPECT_EQ(seen({{"x-forwarded-for", "1.1.1.1"}, {"x-forwarded-for", "203.0.113.9,10.2.2.2"}}),
            "http inner:8080 203.0.113.9");
  EXPECT_EQ(seen({{"forwarded", "for=1.1.1.1;host=evil, for=203.0.113.9;host=mid"},
                  {"forwarded", "for=10.2.2.2;host=near"}}),
            "http mid 203.0.113.9");
  EXPECT_EQ(seen({{"x-forwarded-for", "10.3.3.3, 10.2.2.2"}}), "http inner:8080 10.3.3.3");
}

TEST(PublicOrigin, AHopThatNamesNobodyEndsTheWalk) {
  EXPECT_EQ(seen({{"forwarded", "for=1.1.1.1;host=far, for=unknown;host=near"}}), "http near 10.0.0.1");
  EXPECT_EQ(seen({{"x-forwarded-for", "1.1.1.1, _hidden"}}), kOwn);
}

TEST(PublicOrigin, ListsOfUnequalLengthBelongToTheNearest) {
  EXPECT_EQ(seen({{"x-forwarded-for", "203.0.113.9, 10.2.2.2"}, {"x-forwarded-proto", "https"}}),
            "https inner:8080 203.0.113.9");
  EXPECT_EQ(seen({{"x-forwarded-for", "203.0.113.9, 10.2.2.2"}, {"x-forwarded-host", "a, b"}}),
            "http a 203.0.113.9");
}

TEST(PublicOrigin, ContradictionsCountForNothing_ERR_14) {
  EXPECT_EQ(seen({{"x-forwarded-host", "a"}, {"forwarded", "host=b"}}), kOwn);
  EXPECT_EQ(seen({{"x-forwarded-host", "a"}, {"forwarded", "host=a"}}), "http a 10.0.0.1");
  EXPECT_EQ(seen({{"x-forwarded-proto", "gopher"}}), kOwn);
  EXPECT_EQ(seen({{"forwarded", "proto=gopher;host=a"}}), kOwn);
}

TEST(PublicOrigin, MalformedFieldsCountForNothing) {
  for (const char* field : {"host", "host=\"a", "host=a b", "host=\"a\\", "=a;;host"}) {
    EXPECT_EQ(seen({{"forwarded", field}, {"x-forwarded-host", "h"}}), kOwn) << field;
  }
}

}  // namespace
}  // namespace cinnabar
