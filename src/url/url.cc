// SPDX-License-Identifier: Apache-2.0
#include "url/url.h"

#include <cstddef>
#include <limits>

#include "url/url_parser.h"
#include "url/url_parser_input.h"

namespace cinnabar::url {
namespace {

/// Offsets have 32 bits; this leaves them room to spare.
constexpr std::size_t kMaxSize = std::numeric_limits<std::int32_t>::max();
constexpr const char* kTooLong = "the URL is too long: 2 GB at most";

}  // namespace

Result<Url> Url::parse(std::string_view input, const Url* base) {
  if (input.size() > kMaxSize) return Error{ErrorCode::kInvalid, kTooLong};
  const ParserInput cleaned(input, ParserInput::Trim::kYes);
  Url url;
  if (const char* const wrong = UrlParser(cleaned.text(), base, url).run()) {
    return Error{ErrorCode::kInvalid, wrong};
  }
  if (url.href_.size() > kMaxSize) return Error{ErrorCode::kInvalid, kTooLong};
  return url;
}

std::string_view Url::password() const {
  // An empty user name may be followed by a password; without user information the host starts here.
  if (username_end_ + 1 >= host_start_ || href_[username_end_] != ':') return {};
  return part(username_end_ + 1, host_start_ - 1);
}

std::string_view Url::port() const {
  if (!has_host_ || host_end_ == path_start_) return {};
  return part(host_end_ + 1, path_start_);
}

std::string_view Url::query() const {
  if (!has_query_) return {};
  return part(path_end_ + 1, query_end_);
}

std::string_view Url::fragment() const {
  if (!has_fragment_) return {};
  return std::string_view(href_).substr(query_end_ + 1);
}

std::string Url::origin() const {
  if (scheme() == "blob") {
    const auto inner = Url::parse(pathname());
    const bool is_web = inner.ok() && (inner->scheme() == "http" || inner->scheme() == "https");
    return is_web ? inner->origin() : "null";
  }
  if (!is_special_ || scheme() == "file") return "null";
  std::string origin(scheme());
  origin.append("://").append(part(host_start_, path_start_));
  return origin;
}

std::string_view default_port(std::string_view scheme) {
  switch (scheme.size()) {  // then each comparison is one of a few bytes
    case 2: return scheme == "ws" ? "80" : "";
    case 3: return scheme == "wss" ? "443" : scheme == "ftp" ? "21" : "";
    case 4: return scheme == "http" ? "80" : "";
    case 5: return scheme == "https" ? "443" : "";
    default: return {};
  }
}

bool is_special_scheme(std::string_view scheme) { return !default_port(scheme).empty() || scheme == "file"; }

}  // namespace cinnabar::url
