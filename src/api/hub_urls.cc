// SPDX-License-Identifier: Apache-2.0
#include "api/hub_urls.h"

#include <string>
#include <utility>

namespace cinnabar {
namespace {

/// Whether `hub` is nothing but an origin and the path: no user information, no query.
bool is_bare(const HubUrl& hub, const HubPath& path) {
  const url::Url& url = hub.url();
  return url.pathname() == path.base(hub.scheme()).url().pathname() && url.username().empty() &&
         url.password().empty() && !url.has_query() && !url.has_fragment();
}

}  // namespace

HubUrls::HubUrls(const ApiOptions& options) : path_(options.path) {
  Result<HubUrl> pinned = HubUrl::parse(options.resource_identifier);
  if (pinned && is_bare(*pinned, path_)) pinned_ = std::move(*pinned);
}

Result<HubUrl> HubUrls::of(const http::Request& request) const {
  if (pinned_) return *pinned_;
  const HubUrl& nobody = path_.base(request.tls ? HubScheme::kHttps : HubScheme::kHttp);
  if (request.authority.empty()) return nobody;
  std::string text(request.tls ? "https://" : "http://");
  text += request.authority;
  text += nobody.url().pathname();
  Result<HubUrl> derived = HubUrl::parse(text);
  if (!derived || !is_bare(*derived, path_)) {
    return Error{ErrorCode::kInvalid,
                 "The request's Host is no valid authority of a URL: write host or host:port."};
  }
  return derived;
}

}  // namespace cinnabar
