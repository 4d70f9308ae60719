// SPDX-License-Identifier: Apache-2.0
#include "auth/jwks/fetcher.h"

#include <utility>

#include "auth/jwks/file_fetcher.h"
#include "auth/jwks/https_fetcher.h"
#include "url/url.h"

namespace cinnabar {
namespace {

Error invalid(std::string clause) { return {ErrorCode::kInvalid, std::move(clause)}; }

}  // namespace

Result<void> check_jwks_uri(std::string_view uri) {
  const auto url = url::Url::parse(uri);
  if (!url)
    return invalid(
        "is no URL; write it like https://auth.example.com/jwks or file:///etc/cinnabar/jwks.json");
  if (url->scheme() == "file") {
    if (!url->hostname().empty()) return invalid("names another machine; write file:///path");
    if (url->pathname().size() < 2) return invalid("names no file; write file:///path");
    return {};
  }
  if (url->scheme() == "http")
    return invalid("begins with http:, and whoever can change what it answers could make tokens; use https:");
  if (url->scheme() != "https") return invalid("must begin with https: or file:");
  if (!url->username().empty() || !url->password().empty()) {
    return invalid("has a user name or password, which would be logged; a key set needs neither");
  }
  return {};
}

std::unique_ptr<Fetcher> make_fetcher(std::string uri, const FetchOptions& options) {
  const auto url = url::Url::parse(uri);
  if (url && url->scheme() == "file")
    return make_file_fetcher(std::string(url->pathname()), options.max_bytes);
  return make_https_fetcher(std::move(uri), options);
}

}  // namespace cinnabar
