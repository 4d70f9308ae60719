// SPDX-License-Identifier: Apache-2.0
// Any bytes as a URL, alone and against a base: the serialisation must be ASCII and parse to itself, and
// the parts must lie in it. The canonical forms of components must stay as they are.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "url/canonical.h"
#include "url/url.h"

namespace {

using cinnabar::Result;
using cinnabar::url::Url;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_slice(const Url& url, std::string_view part) {
  if (part.empty()) return;
  const std::string& href = url.href();
  require(part.data() >= href.data() && part.data() + part.size() <= href.data() + href.size());
}

/// The URL serializer (URL Standard, section 4.5) on the parts.
std::string serialised(const Url& url) {
  std::string out = std::string(url.scheme()) + ":";
  if (url.has_host()) {
    out += "//";
    out += url.username();
    if (!url.password().empty()) out.append(":").append(url.password());
    if (!url.username().empty() || !url.password().empty()) out += '@';
    out += url.hostname();
    if (!url.port().empty()) out.append(":").append(url.port());
  } else if (!url.has_opaque_path() && url.pathname().starts_with("//")) {
    out += "/.";
  }
  out += url.pathname();
  if (url.has_query()) out.append("?").append(url.query());
  if (url.has_fragment()) out.append("#").append(url.fragment());
  return out;
}

void check(const Url& url) {
  for (const char c : url.href()) require(static_cast<unsigned char>(c) < 0x80);
  for (const auto part : {url.scheme(), url.username(), url.password(), url.hostname(), url.port(),
                          url.pathname(), url.query(), url.fragment()}) {
    require_slice(url, part);
  }
  require(serialised(url) == url.href());
  require(url.is_special() == cinnabar::url::is_special_scheme(url.scheme()));
  require(!url.origin().empty());

  const auto again = Url::parse(url.href());
  require(again.ok() && *again == url);
  require(again->scheme() == url.scheme() && again->username() == url.username());
  require(again->password() == url.password() && again->hostname() == url.hostname());
  require(again->port() == url.port() && again->pathname() == url.pathname());
  require(again->has_host() == url.has_host() && again->has_opaque_path() == url.has_opaque_path());
  require(again->has_query() == url.has_query() && again->has_fragment() == url.has_fragment());
}

template <class Canonical>
void require_stable(std::string_view text, Canonical canonical) {
  const Result<std::string> once = canonical(text);
  if (!once.ok()) {
    require(once.error().code == cinnabar::ErrorCode::kInvalid && !once.error().detail.empty());
    return;
  }
  const Result<std::string> twice = canonical(*once);
  require(twice.ok() && *twice == *once);
}

void check_components(std::string_view text) {
  namespace u = cinnabar::url;
  require_stable(text, u::canonical_protocol);
  require_stable(text, u::canonical_username);
  require_stable(text, u::canonical_password);
  require_stable(text, u::canonical_hostname);
  require_stable(text, u::canonical_ipv6_hostname);
  require_stable(text, [](std::string_view t) { return u::canonical_port(t, "https"); });
  require_stable(text, u::canonical_opaque_pathname);
  require_stable(text, u::canonical_search);
  require_stable(text, u::canonical_hash);
  if (text.starts_with('/')) {
    require_stable(text, u::canonical_pathname);
    require(u::canonical_pathname(text).ok());
  } else {
    // Dot segments reach above such a text, so that each run may cut more off; ASCII it is anyway.
    const auto path = u::canonical_pathname(text);
    require(!path.ok() || std::string_view(*path).find_first_of("\t\n\r?#") == std::string_view::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  // A zero byte parts the URL from its base.
  const std::string_view input = all.substr(0, all.find('\0'));
  const bool has_base = input.size() < all.size();
  check_components(input);
  const auto alone = Url::parse(input);
  if (alone.ok()) {
    check(*alone);
    require(alone->base_use() == Url::BaseUse::kNone);
  }
  if (!has_base) return 0;
  const auto base = Url::parse(all.substr(input.size() + 1));
  if (!base.ok()) return 0;
  const auto url = Url::parse(input, &*base);
  if (!url.ok()) return 0;
  check(*url);
  if (url->base_use() != Url::BaseUse::kNone) require(url->scheme() == base->scheme());
  if (url->base_use() == Url::BaseUse::kAuthority) {
    require(url->username() == base->username() && url->password() == base->password());
    require(url->hostname() == base->hostname() && url->port() == base->port());
  }
  return 0;
}
