// SPDX-License-Identifier: Apache-2.0
#include "api/hub_address.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

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

std::string url_of(const HubAddresses& addresses, const http::Request& request) {
  const Result<Contact> contact = addresses.of(request);
  return contact ? contact->hub->url.url().href() : "refused: " + contact.error().detail;
}

TEST(HubAddress, IsDerivedFromTheContactedOrigin_D4) {
  const ApiOptions given = options();
  const HubAddresses addresses(given);
  EXPECT_EQ(url_of(addresses, request("A.Example:80")), "http://a.example/hub");
  EXPECT_EQ(url_of(addresses, request("a.example:8443", true)), "https://a.example:8443/hub");
  EXPECT_EQ(url_of(addresses, request("[::1]:3000")), "http://[::1]:3000/hub");
}

TEST(HubAddress, ResourceAndMetadataFollowIt_TOK_12_DISC_5) {
  const ApiOptions given = options();
  const HubAddresses addresses(given);
  const Result<Contact> contact = addresses.of(request("A.Example:443", true));
  ASSERT_TRUE(contact.ok());
  EXPECT_EQ(contact->hub->resource, "https://a.example/hub");
  EXPECT_EQ(contact->hub->metadata, "https://a.example/.well-known/oauth-protected-resource/hub");
  EXPECT_EQ(contact->hub->origin, "https://a.example");
  EXPECT_EQ(addresses.metadata_path(), "/.well-known/oauth-protected-resource/hub");
  EXPECT_EQ(addresses.of(request("b.example", true))->hub->resource, "https://b.example/hub");
}

TEST(HubAddress, APinnedResourceHasItsOwnMetadata_DISC_5) {
  for (const auto& [resource, path, metadata] :
       {std::tuple{"https://h.example/x/hub", "/.well-known/oauth-protected-resource/x/hub",
                   "https://h.example/.well-known/oauth-protected-resource/x/hub"},
        std::tuple{"https://h.example/", "/.well-known/oauth-protected-resource",
                   "https://h.example/.well-known/oauth-protected-resource"},
        std::tuple{"urn:hub", "", ""}}) {
    const ApiOptions given = options(resource);
    const HubAddresses addresses(given);
    const Result<Contact> contact = addresses.of(request("a.example"));
    ASSERT_TRUE(contact.ok());
    EXPECT_EQ(contact->hub->resource, resource);
    EXPECT_EQ(contact->hub->metadata, metadata);
    EXPECT_EQ(addresses.metadata_path(), path);
    EXPECT_EQ(contact->hub->origin, "http://a.example");
  }
}

TEST(HubAddress, IsPinnedByAResourceIdentifierThatIsAHubUrl_D4) {
  const ApiOptions given = options("https://hub.example/hub");
  const HubAddresses pinned(given);
  EXPECT_EQ(url_of(pinned, request("a.example")), "https://hub.example/hub");
  EXPECT_EQ(url_of(pinned, request("")), "https://hub.example/hub");
  for (const char* other :
       {"urn:hub", "https://hub.example/", "https://hub.example/hub?x", "https://u@hub.example/hub"}) {
    const ApiOptions unlike = options(other);
    EXPECT_EQ(url_of(HubAddresses(unlike), request("a.example")), "http://a.example/hub") << other;
  }
}

TEST(HubAddress, RefusesWhatCannotBeAnAuthority) {
  const ApiOptions given = options();
  const HubAddresses addresses(given);
  for (const char* authority : {"a b", "a:99999", "a/b", "u@a", "a?b", "a#b", "[::1", "a\\b", "%zz%"}) {
    const Result<Contact> contact = addresses.of(request(authority));
    ASSERT_FALSE(contact.ok()) << authority;
    EXPECT_EQ(contact.error().code, ErrorCode::kInvalid);
  }
}

TEST(HubAddress, ARequestWithoutAHostIsOnNoHost) {
  const ApiOptions given = options();
  const Result<Contact> contact = HubAddresses(given).of(request("", true));
  ASSERT_TRUE(contact.ok());
  EXPECT_EQ(contact->hub->url.scheme(), HubScheme::kHttps);
  EXPECT_EQ(contact->hub->url.url().pathname(), "/hub");
  EXPECT_EQ(contact->hub->metadata, "");
}

TEST(HubAddress, RemembersNoMoreThanItShould) {
  const ApiOptions given = options();
  const HubAddresses addresses(given);
  for (int i = 0; i < 1000; ++i) {
    const std::string host = "h" + std::to_string(i) + ".example";
    EXPECT_EQ(url_of(addresses, request(host)), "http://" + host + "/hub");
    EXPECT_EQ(url_of(addresses, request(host, true)), "https://" + host + "/hub");
  }
}

}  // namespace
}  // namespace cinnabar
