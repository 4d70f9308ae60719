// SPDX-License-Identifier: Apache-2.0
#include "load/address.h"

#include <netdb.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <system_error>

namespace cinnabar::load {
namespace {

constexpr std::string_view kPath = "/.well-known/mercure";

Error wrong(std::string_view url, const std::string& what) {
  return {ErrorCode::kInvalid, "the hub's URL \"" + std::string(url) + "\" " + what +
                                   "; it should look like http://127.0.0.1:3000/.well-known/mercure"};
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::string HubAddress::url() const {
  return (tls ? "https://" : "http://") + authority + path.substr(0, path.find('?'));
}

std::string HubAddress::target(std::string_view query) const {
  return path + (path.find('?') == std::string::npos ? '?' : '&') + std::string(query);
}

Result<HubAddress> parse_hub_url(std::string_view url) {
  HubAddress address;
  std::string_view rest = url;
  if (rest.starts_with("https://")) {
    address.tls = true;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return wrong(url, "does not begin with http:// or https://");
  }
  if (!is_plain(rest)) return wrong(url, "has characters that must be percent-encoded");
  rest = rest.substr(0, rest.find('#'));
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view authority = rest.substr(0, end);
  const std::string_view path = rest.substr(end);
  if (authority.find('@') != std::string_view::npos) {
    return wrong(url, "has a user name or password, which hubs don't take");
  }
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return wrong(url, "has no ] after its IPv6 address");
    address.host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
    if (!port.empty() && !port.starts_with(':')) return wrong(url, "goes on after the ] of its host");
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    address.host = authority.substr(0, colon);
    port = authority.substr(colon);
  }
  if (address.host.empty()) return wrong(url, "has no host");
  const std::uint16_t usual = address.tls ? 443 : 80;
  address.port = usual;
  if (port.size() > 1) {
    port.remove_prefix(1);
    const auto [stop, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (error != std::errc{} || stop != port.data() + port.size() || address.port == 0) {
      return wrong(url, "has a port that is not a number from 1 to 65535");
    }
  }
  const bool literal6 = address.host.find(':') != std::string::npos;
  address.authority = literal6 ? '[' + address.host + ']' : address.host;
  if (address.port != usual) address.authority += ':' + std::to_string(address.port);
  address.path = path.empty() || path == "/" ? std::string(kPath) : std::string(path);
  if (address.path.starts_with('?')) address.path.insert(0, kPath);
  return address;
}

Result<void> resolve(HubAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  int error = getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found);
  if (error != 0) {  // AI_ADDRCONFIG does not count loopback interfaces: a machine may have nothing else
    hints.ai_flags = AI_NUMERICSERV;
    error = getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found);
  }
  if (error != 0) {
    return Error{ErrorCode::kNotFound, "the host \"" + address.host + "\" has no address (" +
                                           gai_strerror(error) + "); check the hub's URL"};
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
  // IPv4 first: "localhost" is often both, and servers more often listen on 127.0.0.1 alone.
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    if (address.socket_size != 0 && each->ai_family != AF_INET) continue;
    std::memcpy(&address.socket, each->ai_addr, each->ai_addrlen);
    address.socket_size = each->ai_addrlen;
    if (each->ai_family == AF_INET) break;
  }
  return {};
}

}  // namespace cinnabar::load
