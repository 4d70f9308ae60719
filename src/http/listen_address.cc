// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>

#include <charconv>

#include "http/server.h"

namespace cinnabar::http {
namespace {

Error invalid(std::string_view url, std::string_view problem) {
  return {ErrorCode::kInvalid,
          "Listen address \"" + std::string(url) + "\": " + std::string(problem) +
              "; expected something like \"http://127.0.0.1:3000\" or \"https://[::1]:3443\"."};
}

bool numeric(int family, const std::string& host) {
  in6_addr address{};
  return inet_pton(family, host.c_str(), &address) == 1;
}

}  // namespace

Result<ListenAddress> ListenAddress::parse(std::string_view url) {
  ListenAddress address;
  std::string_view rest = url;
  if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else if (rest.starts_with("https://")) {
    address.tls = true;
    rest.remove_prefix(8);
  } else {
    return invalid(url, "it must begin with http:// or https://");
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find_first_of("/?#") != std::string_view::npos) {
    return invalid(url, "a path, query or fragment has no meaning here");
  }
  if (rest.find('@') != std::string_view::npos) return invalid(url, "a user name has no meaning here");

  std::string_view port;
  bool has_port = false;
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    if (end == std::string_view::npos) return invalid(url, "the closing ] of the IPv6 address is missing");
    address.host = rest.substr(1, end - 1);
    if (!numeric(AF_INET6, address.host)) return invalid(url, "what stands in [] is not an IPv6 address");
    rest.remove_prefix(end + 1);
    has_port = !rest.empty();
    if (has_port && rest.front() != ':') return invalid(url, "after the ] only :port may follow");
    if (has_port) port = rest.substr(1);
  } else {
    const std::size_t colon = rest.find(':');
    if (colon != rest.rfind(':')) return invalid(url, "an IPv6 address must stand in []");
    address.host = rest.substr(0, colon);
    has_port = colon != std::string_view::npos;
    if (has_port) port = rest.substr(colon + 1);
    if (address.host.empty()) return invalid(url, "the address is missing (0.0.0.0 stands for all of IPv4)");
    if (address.host != "localhost" && !numeric(AF_INET, address.host)) {
      return invalid(url, "\"" + address.host + "\" is neither a numeric address nor localhost");
    }
  }
  if (!has_port) {
    address.port = address.tls ? 443 : 80;
    return address;
  }
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size()) {
    return invalid(url, "the port must be a number from 0 to 65535 (0: any free one)");
  }
  return address;
}

}  // namespace cinnabar::http
