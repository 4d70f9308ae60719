// SPDX-License-Identifier: Apache-2.0
#include "api/hub_address.h"

#include <array>
#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>
#include <utility>

namespace cinnabar {
namespace {

constexpr std::string_view kWellKnown = "/.well-known/oauth-protected-resource";
constexpr std::size_t kRememberedAuthorities = 64;  // a loop; clients can make up any number

/// Whether `hub` is nothing but an origin and the path: no user information, no query.
bool is_bare(const HubUrl& hub, const HubPath& path) {
  const url::Url& url = hub.url();
  return url.pathname() == path.base(hub.scheme()).url().pathname() && url.username().empty() &&
         url.password().empty() && !url.has_query() && !url.has_fragment();
}

std::uint64_t next_id() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

}  // namespace

HubAddresses::HubAddresses(const ApiOptions& options)
    : id_(next_id()), options_(options), path_(options.path) {
  std::string_view resource_path = path_.base(HubScheme::kHttps).url().pathname();
  Result<HubUrl> pinned = HubUrl::parse(options.resource_identifier);
  if (pinned && is_bare(*pinned, path_)) {
    pinned_ = std::move(*pinned);
  } else if (!options.resource_identifier.empty()) {
    resource_path = pinned ? pinned->url().pathname() : std::string_view();
  }
  // RFC 9728 section 3.1: a path that is "/" alone adds nothing.
  if (!resource_path.empty())
    metadata_path_ = std::string(kWellKnown) + std::string(resource_path == "/" ? "" : resource_path);
}

Result<Contact> HubAddresses::of(const http::Request& request) const {
  Contact contact{public_origin(request, options_.trusted_proxies), nullptr};
  const PublicOrigin& origin = contact.origin;
  // Most requests of a loop name the hub alike, and parsing a URL costs more than a look-up. The key holds
  // what the answer depends on besides the options, which are those of this object.
  thread_local std::uint64_t owner = 0;
  thread_local std::array<boost::unordered_flat_map<std::string, HubAddressPtr>, 2> known_by_scheme;
  auto& known = known_by_scheme[origin.https ? 1 : 0];
  if (owner != id_ || known.size() >= kRememberedAuthorities) {
    for (auto& each : known_by_scheme) each.clear();
    owner = id_;
  }
  if (const auto at = known.find(origin.authority); at != known.end()) {
    contact.hub = at->second;
    return contact;
  }
  Result<HubAddressPtr> made = address(origin);
  if (!made) return made.error();
  contact.hub = *made;
  known.emplace(origin.authority, std::move(*made));
  return contact;
}

Result<HubAddressPtr> HubAddresses::address(const PublicOrigin& origin) const {
  const HubUrl& nobody = path_.base(origin.https ? HubScheme::kHttps : HubScheme::kHttp);
  std::string text(origin.https ? "https://" : "http://");
  text += origin.authority;
  text += nobody.url().pathname();
  Result<HubUrl> derived = HubUrl::parse(text);
  const bool known = !origin.authority.empty() && derived && is_bare(*derived, path_);
  if (!known && !origin.authority.empty() && !pinned_) {
    return Error{ErrorCode::kInvalid,
                 "The request's Host is no valid authority of a URL: write host or host:port."};
  }
  HubAddress address{pinned_ ? *pinned_
                     : known ? *derived
                             : nobody,
                     known ? derived->origin() : std::string(),
                     {},
                     {}};
  if (!options_.resource_identifier.empty()) {
    address.resource = options_.resource_identifier;
    const Result<HubUrl> pinned = HubUrl::parse(options_.resource_identifier);
    if (pinned && !metadata_path_.empty()) address.metadata = pinned->origin() + metadata_path_;
  } else if (known) {
    address.resource = derived->url().href();
    address.metadata = derived->origin() + metadata_path_;
  } else {
    address.resource = std::move(text);  // which no token names
  }
  return std::make_shared<const HubAddress>(std::move(address));
}

}  // namespace cinnabar
