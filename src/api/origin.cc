// SPDX-License-Identifier: Apache-2.0
#include "api/origin.h"

#include <algorithm>
#include <utility>

#include "url/url.h"

namespace cinnabar {
namespace {

bool is_http(const url::Url& url) { return url.scheme() == "http" || url.scheme() == "https"; }

/// What stands for the wildcard while the rest is parsed: a label that no operator configures.
constexpr std::string_view kStandIn = "cinnabar-wildcard";

Error wrong(const std::string& entry, std::string_view what) {
  return {ErrorCode::kInvalid, "has the entry \"" + entry + "\", which " + std::string(what)};
}

}  // namespace

std::optional<std::string> normal_origin(std::string_view text) {
  const std::size_t separator = text.find("://");
  if (separator == std::string_view::npos) return {};
  // Only these can be in an origin; the parser would forgive blanks, backslashes and more.
  if (text.find_first_not_of("HTPShtps") < separator) return {};
  const std::string_view authority = text.substr(separator + 3);
  const bool plain = !authority.empty() && std::all_of(authority.begin(), authority.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._:[]").find(c) != std::string_view::npos;
  });
  if (!plain) return {};
  const auto url = url::Url::parse(text);
  if (!url || !is_http(*url)) return {};
  return url->origin();
}

std::optional<std::string> origin_of_url(std::string_view text) {
  const auto url = url::Url::parse(text);
  if (!url || !is_http(*url)) return {};
  return url->origin();
}

Result<OriginList> OriginList::parse(std::span<const std::string> entries) {
  constexpr std::string_view kForm = "must be an origin such as https://example.com, without path";
  OriginList list;
  for (const std::string& entry : entries) {
    if (entry == "*") {
      list.any_ = true;
      continue;
    }
    if (entry == "null") {
      list.null_ = true;
      continue;
    }
    const std::size_t star = entry.find('*');
    if (star == std::string::npos) {
      std::optional<std::string> origin = normal_origin(entry);
      if (!origin) return wrong(entry, kForm);
      list.exact_.push_back(std::move(*origin));
      continue;
    }
    if (entry.find('*', star + 1) != std::string::npos) return wrong(entry, "may have one \"*\" only");
    std::string sample = entry;
    sample.replace(star, 1, kStandIn);
    const std::optional<std::string> origin = normal_origin(sample);
    if (!origin) return wrong(entry, kForm);
    const std::size_t at = origin->find(kStandIn);
    const std::size_t host = origin->find("://") + 3;
    const std::size_t port = origin->find(':', host);
    if (at == std::string::npos || at < host || at > port)
      return wrong(entry, "may have its \"*\" in the host only");
    list.wildcards_.push_back({origin->substr(0, at), origin->substr(at + kStandIn.size())});
  }
  return list;
}

bool OriginList::allows(std::string_view origin) const {
  if (any_) return true;
  if (origin == "null") return null_;
  const std::optional<std::string> normal = normal_origin(origin);
  if (!normal) return false;
  if (std::find(exact_.begin(), exact_.end(), *normal) != exact_.end()) return true;
  return std::any_of(wildcards_.begin(), wildcards_.end(), [&](const Wildcard& wildcard) {
    if (normal->size() <= wildcard.before.size() + wildcard.after.size()) return false;
    if (!normal->starts_with(wildcard.before) || !normal->ends_with(wildcard.after)) return false;
    // A port of its own is not what a `*` in the host stands for.
    const std::string_view between = std::string_view(*normal).substr(
        wildcard.before.size(), normal->size() - wildcard.before.size() - wildcard.after.size());
    return between.find(':') == std::string_view::npos;
  });
}

}  // namespace cinnabar
