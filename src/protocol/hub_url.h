// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "url/url.h"

namespace cinnabar {

/// A hub speaks HTTP and HTTPS, and nothing else.
enum class HubScheme : std::uint8_t { kHttp, kHttps };

/// HUBURL: the URL of the hub as one client knows it, against which that client's URL patterns and
/// topics are resolved (MATCH-5, D4). A value type; any thread.
class HubUrl {
 public:
  /// Errors: kInvalid, for what is no URL or has another scheme than http and https.
  static Result<HubUrl> parse(std::string_view text);

  const url::Url& url() const { return url_; }
  HubScheme scheme() const { return scheme_; }
  /// "https://hub.example.com:8443"
  std::string origin() const { return url_.origin(); }

 private:
  HubUrl(url::Url url, HubScheme scheme) : url_(std::move(url)), scheme_(scheme) {}

  url::Url url_;
  HubScheme scheme_;
};

/// HUBPATH, and with it all that a hub's URLs have in common: of what a topic means, everything but
/// the authority that a relative reference takes from its base. Immutable; any thread.
class HubPath {
 public:
  /// REQUIRES: `path` starts with a slash and is a valid path, as configuration ensures.
  explicit HubPath(std::string_view path);
  HubPath() : HubPath("/.well-known/mercure") {}

  /// "/.well-known/mercure"
  std::string_view text() const { return https_.url().pathname(); }
  /// A URL with this path, of that scheme and on a host of no meaning.
  const HubUrl& base(HubScheme scheme) const { return scheme == HubScheme::kHttp ? http_ : https_; }
  /// Whether `url` addresses the reserved namespace (PUB-7, PUB-10): whether its path, once needless
  /// percent-encoding is undone, is this path or lies below it.
  bool reserves(const url::Url& url) const;
  /// False: the topic can't be a reference to the reserved namespace, whatever URL it is. A cheap
  /// look at its text that spares most topics the parsing.
  bool may_reserve(std::string_view topic) const;

 private:
  HubUrl http_;
  HubUrl https_;
  std::string plain_;  // without needless percent-encoding
  std::string mark_;   // its last segment, where it stands in all topics that are reserved; else empty
};

}  // namespace cinnabar
