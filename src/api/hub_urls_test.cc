// SPDX-License-Identifier: Apache-2.0
#include "api/hub_urls.h"

#include <gtest/gtest.h>

#include <string>

namespace cinnabar {
namespace {

http::Request request(std::string authority, bool tls = false) {
  http::Request made;
  made.authority = std::move(authority);
  made.tls = tls;
  return made;
}

ApiOptions options(std::string resource_identifier = {}) {
  ApiOptions made;
  made.path = "/hub";
  made.resource_identifier = std::move(resource_identifier);
  return made;
}

std::string url_of(const HubUrls& urls, const http::Request& request) {
  const Result<HubUrl> url = urls.of(request);
  return url ? url->url().href() : "refused: " + url.error().detail;
}

TEST(HubUrls, AreDerivedFromTheContactedOrigin_D4) {
  const HubUrls urls(options());
  EXPECT_EQ(url_of(urls, request("A.Example:80")), "http://a.example/hub");
  EXPECT_EQ(url_of(urls, request("a.example:8443", true)), "https://a.example:8443/hub");
  EXPECT_EQ(url_of(urls, request("[::1]:3000")), "http://[::1]:3000/hub");
}

TEST(HubUrls, ArePinnedByAResourceIdentifierThatIsAHubUrl_D4) {
  const HubUrls pinned(options("https://hub.example/hub"));
  EXPECT_EQ(url_of(pinned, request("a.example")), "https://hub.example/hub");
  EXPECT_EQ(url_of(pinned, request("")), "https://hub.example/hub");
  for (const char* other :
       {"urn:hub", "https://hub.example/", "https://hub.example/hub?x", "https://u@hub.example/hub"}) {
    const HubUrls derived(options(other));
    EXPECT_EQ(url_of(derived, request("a.example")), "http://a.example/hub") << other;
  }
}

TEST(HubUrls, RefuseWhatCannotBeAnAuthority) {
  const HubUrls urls(options());
  for (const char* authority : {"a b", "a:99999", "a/b", "u@a", "a?b", "a#b", "[::1", "a\\b", "%zz%"}) {
    const Result<HubUrl> url = urls.of(request(authority));
    ASSERT_FALSE(url.ok()) << authority;
    EXPECT_EQ(url.error().code, ErrorCode::kInvalid);
  }
}

TEST(HubUrls, ARequestWithoutAHostIsOnNoHost) {
  const Result<HubUrl> url = HubUrls(options()).of(request("", true));
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->scheme(), HubScheme::kHttps);
  EXPECT_EQ(url->url().pathname(), "/hub");
}

}  // namespace
}  // namespace cinnabar
