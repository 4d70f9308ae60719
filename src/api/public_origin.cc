// SPDX-License-Identifier: Apache-2.0
#include "api/public_origin.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace cinnabar {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// One hop, as the proxy behind it describes it. Empty: it doesn't say.
struct Hop {
  std::string client;
  std::string scheme;
  std::string authority;
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// "[2001:db8::1]:4711" -> "2001:db8::1", "192.0.2.1:80" -> "192.0.2.1". What is no address (RFC 7239 allows
/// "unknown" and made-up names) is empty.
std::string address_of(std::string_view node) {
  if (node.starts_with('[')) {
    node = node.substr(1, node.find(']') == std::string_view::npos ? 0 : node.find(']') - 1);
  } else if (const std::size_t colon = node.find(':');
             colon != std::string_view::npos && colon == node.rfind(':')) {
    node = node.substr(0, colon);
  }
  return parse_ip(node) ? std::string(node) : std::string();
}

/// All values of a list field, over all its lines, in order.
std::vector<std::string_view> list_of(const http::Request& request, std::string_view name) {
  std::vector<std::string_view> items;
  for (const http::Header& header : request.headers) {
    if (header.name != name) continue;
    std::string_view rest = header.value;
    for (;;) {
      const std::size_t comma = rest.find(',');
      items.push_back(trim(rest.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return items;
}

/// The hops of X-Forwarded-*, the nearest last. Lists that are shorter than that of the clients belong to
/// the nearest hops; a single value counts for all.
std::vector<Hop> x_forwarded(const http::Request& request) {
  const std::vector<std::string_view> clients = list_of(request, "x-forwarded-for");
  const std::vector<std::string_view> schemes = list_of(request, "x-forwarded-proto");
  const std::vector<std::string_view> hosts = list_of(request, "x-forwarded-host");
  const std::vector<std::string_view> ports = list_of(request, "x-forwarded-port");
  const std::size_t count = std::max({clients.size(), schemes.size(), hosts.size(), ports.size()});
  const auto at = [count](const std::vector<std::string_view>& list, std::size_t i) -> std::string_view {
    if (list.empty()) return {};
    const std::size_t from_end = count - i;
    return from_end > list.size() ? list.front() : list[list.size() - from_end];
  };
  std::vector<Hop> hops;
  for (std::size_t i = 0; i < count; ++i) {
    Hop hop{.client = address_of(at(clients, i)),
            .scheme = lower(at(schemes, i)),
            .authority = std::string(at(hosts, i))};
    const std::string_view port = at(ports, i);
    const bool has_port = hop.authority.rfind(':') != std::string::npos && !hop.authority.ends_with(']');
    if (!port.empty() && !hop.authority.empty() && !has_port) hop.authority += ":" + std::string(port);
    hops.push_back(std::move(hop));
  }
  return hops;
}

/// Reads the elements of Forwarded; nothing: it is malformed.
class ForwardedReader {
 public:
  explicit ForwardedReader(std::string_view text) : rest_(text) {}

  bool read(std::vector<Hop>& hops) {
    Hop hop;
    for (;;) {
      skip_blanks();
      std::string name, value;
      if (!rest_.empty() && rest_.front() != ';' && rest_.front() != ',' && !pair(name, value)) return false;
      if (name == "for") hop.client = address_of(value);
      if (name == "proto") hop.scheme = lower(value);
      if (name == "host") hop.authority = value;
      skip_blanks();
      if (rest_.empty() || rest_.front() == ',') {
        hops.push_back(std::exchange(hop, {}));
        if (rest_.empty()) return true;
      } else if (rest_.front() != ';') {
        return false;
      }
      rest_.remove_prefix(1);
    }
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size())); }

  bool pair(std::string& name, std::string& value) {
    const std::size_t equals = rest_.find('=');
    if (equals == std::string_view::npos) return false;
    name = lower(rest_.substr(0, equals));
    rest_.remove_prefix(equals + 1);
    if (rest_.empty() || rest_.front() != '"') {
      const std::string_view token = rest_.substr(0, rest_.find_first_of(" \t;,"));
      value = token;
      rest_.remove_prefix(token.size());
      return true;
    }
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return true;
      }
      if (rest_[i] == '\\' && ++i == rest_.size()) return false;
      value += rest_[i];
    }
    return false;
  }

  std::string_view rest_;
};

/// Nothing: a field is malformed.
std::optional<std::vector<Hop>> forwarded(const http::Request& request) {
  std::vector<Hop> hops;
  for (const http::Header& header : request.headers) {
    if (header.name == "forwarded" && !ForwardedReader(header.value).read(hops)) return {};
  }
  return hops;
}

/// The outermost view that trusted proxies vouch for; nothing: what they say makes no sense.
std::optional<PublicOrigin> walk(PublicOrigin origin, const std::vector<Hop>& hops,
                                 const TrustedProxies& proxies) {
  for (std::size_t i = hops.size(); i-- > 0 && proxies.trusts(origin.client);) {
    const Hop& hop = hops[i];
    if (!hop.scheme.empty()) {
      if (hop.scheme != "http" && hop.scheme != "https") return {};
      origin.https = hop.scheme == "https";
    }
    if (!hop.authority.empty()) origin.authority = hop.authority;
    if (hop.client.empty()) break;
    origin.client = hop.client;
  }
  return origin;
}

bool same(const PublicOrigin& a, const PublicOrigin& b) {
  return a.https == b.https && a.authority == b.authority && a.client == b.client;
}

}  // namespace

PublicOrigin public_origin(const http::Request& request, const TrustedProxies& proxies) {
  PublicOrigin own{.https = request.tls, .authority = request.authority, .client = request.peer};
  if (!proxies.trusts(request.peer)) return own;
  const std::vector<Hop> by_x = x_forwarded(request);
  const std::optional<std::vector<Hop>> by_forwarded = forwarded(request);
  if (!by_forwarded) return own;
  const std::optional<PublicOrigin> of_x = walk(own, by_x, proxies);
  const std::optional<PublicOrigin> of_forwarded = walk(own, *by_forwarded, proxies);
  if (!of_x || !of_forwarded) return own;
  if (by_forwarded->empty()) return *of_x;
  if (by_x.empty() || same(*of_x, *of_forwarded)) return *of_forwarded;
  return own;
}

}  // namespace cinnabar
