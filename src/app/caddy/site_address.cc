// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "app/caddy/site.h"
#include "base/result.h"

namespace cinnabar::caddy {

namespace {

struct Parsed {
  bool tls = false;
  std::string host;
  unsigned port = 0;
};

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

Result<Parsed> parse_address(std::string_view text, const SiteOptions& site) {
  const auto wrong = [whole = std::string(text)](const char* clause) {
    return Error{ErrorCode::kInvalid, '"' + whole + "\" " + clause};
  };
  const bool is_http = take_prefix(text, "http://");
  const bool is_https = !is_http && take_prefix(text, "https://");
  if (text.find("://") != std::string_view::npos)
    return wrong("must begin with http:// or https://, or neither");
  if (!text.empty() && text.back() == '/') text.remove_suffix(1);
  if (text.find('/') != std::string_view::npos) return wrong("has a path; the path of the hub is hub.path");
  if (text.find_first_of("{}") != std::string_view::npos) {
    return wrong("has a placeholder; write the address itself");
  }
  Parsed parsed;
  const std::size_t bracket = text.empty() || text.front() != '[' ? std::string_view::npos : text.find(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  parsed.host = text.substr(0, colon);
  if (colon != std::string_view::npos) {
    const std::string_view digits = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed.port);
    if (error != std::errc() || end != digits.data() + digits.size() || parsed.port == 0 ||
        parsed.port > 65535) {
      return wrong("must have one port from 1 to 65535 behind its colon");
    }
  }
  const bool has_port = parsed.port != 0;
  if (is_https || is_http) {
    parsed.tls = is_https;
  } else if (parsed.host.empty()) {  // nothing to certify
    parsed.tls = has_port && parsed.port == site.https_port;
  } else {
    parsed.tls = !has_port || parsed.port != site.http_port;
  }
  if (!has_port) parsed.port = parsed.tls ? site.https_port : site.http_port;
  return parsed;
}

/// What the certificate that the hub makes itself is good for.
bool is_local(const std::string& host) {
  constexpr std::string_view kSuffix = ".localhost";
  return host.empty() || host == "localhost" || host == "127.0.0.1" || host == "[::1]" ||
         (host.size() > kSuffix.size() && host.substr(host.size() - kSuffix.size()) == kSuffix);
}

}  // namespace

void translate_addresses(const std::vector<SiteAddress>& addresses, const SiteOptions& site,
                         const std::string& called, Translation& out) {
  std::vector<std::string> listen;
  bool https = false;
  bool is_public = false;
  for (const SiteAddress& address : addresses) {
    const Result<Parsed> parsed = parse_address(address.text, site);
    if (!parsed) {
      out.problems.push_back(address.origin + ": " + called + ' ' + parsed.error().detail);
      continue;
    }
    https = https || parsed->tls;
    if (parsed->tls && !is_local(parsed->host) && !site.has_certificate) {
      is_public = true;
      out.public_names.push_back(parsed->host);
    }
    std::vector<std::string> interfaces = site.interfaces;
    if (interfaces.empty()) {
      interfaces = {"0.0.0.0"};
      if (site.ipv6) interfaces.emplace_back("[::]");
    }
    for (const std::string& host : interfaces) {
      std::string url = (parsed->tls ? "https://" : "http://") + host + ':' + std::to_string(parsed->port);
      if (std::find(listen.begin(), listen.end(), url) == listen.end()) listen.push_back(std::move(url));
    }
  }
  if (listen.empty()) return;
  const std::string& origin = addresses.front().origin;
  out.settings.push_back({find_field("server.listen"), std::move(listen), origin, called});
  if (https && !is_public && !site.has_certificate) {
    out.settings.push_back({find_field("server.tls"), {"self-signed"}, origin, called});
  }
}

}  // namespace cinnabar::caddy
