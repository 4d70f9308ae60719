// SPDX-License-Identifier: Apache-2.0
#include "protocol/hub_url.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>

#include "url/percent_encoding.h"

namespace cinnabar {
namespace {

HubUrl placeholder(std::string_view scheme, std::string_view path) {
  Result<HubUrl> made = HubUrl::parse(std::string(scheme) + "://hub.invalid" + std::string(path));
  assert(made.ok());
  return std::move(*made);
}

/// RFC 3986 section 2.3.
bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

/// The character at the front of `path`, which is taken off; an octet that is percent-encoded although
/// it stands for an unreserved character counts as that character.
char take_plain(std::string_view& path) {
  if (path.size() >= 3 && path[0] == '%') {
    const int high = url::hex_value(path[1]), low = url::hex_value(path[2]);
    if (high >= 0 && low >= 0) {
      const char decoded = static_cast<char>(high * 16 + low);
      if (is_unreserved(decoded)) {
        path.remove_prefix(3);
        return decoded;
      }
    }
  }
  const char front = path.front();
  path.remove_prefix(1);
  return front;
}

}  // namespace

Result<HubUrl> HubUrl::parse(std::string_view text) {
  Result<url::Url> parsed = url::Url::parse(text);
  if (!parsed) return parsed.error();
  if (parsed->scheme() == "https") return HubUrl(std::move(*parsed), HubScheme::kHttps);
  if (parsed->scheme() == "http") return HubUrl(std::move(*parsed), HubScheme::kHttp);
  return Error{ErrorCode::kInvalid, "the URL of a hub begins with https:// or http://"};
}

HubPath::HubPath(std::string_view path)
    : http_(placeholder("http", path)), https_(placeholder("https", path)) {
  std::string_view rest = http_.url().pathname();
  while (!rest.empty()) plain_ += take_plain(rest);
  const std::string last = plain_.substr(plain_.rfind('/') + 1);
  if (std::ranges::all_of(last, is_unreserved)) mark_ = last;
}

// A topic of these forms takes no part of its path from the base. Its segments are those of the URL,
// percent-encoding and what the parser skips (tabs, line ends) apart.
bool HubPath::may_reserve(std::string_view topic) const {
  const bool has_own_path =
      topic.starts_with('/') || topic.starts_with("https://") || topic.starts_with("http://");
  return mark_.empty() || !has_own_path || topic.find(mark_) != std::string_view::npos ||
         topic.find_first_of("%\\\t\r\n") != std::string_view::npos;
}

bool HubPath::reserves(const url::Url& url) const {
  std::string_view rest = url.pathname();
  for (const char expected : plain_) {
    if (rest.empty() || take_plain(rest) != expected) return false;
  }
  return rest.empty() || rest.front() == '/';
}

}  // namespace cinnabar
