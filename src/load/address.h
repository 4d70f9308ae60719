// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cinnabar::load {

/// A hub's URL taken apart, and where its host was found. A value.
struct HubAddress {
  bool tls = false;
  std::string host;  ///< a name, or a literal address without brackets
  std::uint16_t port = 0;
  std::string path;       ///< with its query, if it has one; begins with '/'
  std::string authority;  ///< for Host and :authority: "host:port", or "host" at the scheme's own port
  sockaddr_storage socket{};
  socklen_t socket_size = 0;

  /// "https://host:port/path", without a query.
  std::string url() const;
  /// The path, and `query` joined to whatever query the URL has.
  std::string target(std::string_view query) const;
};

/// Reads "http://host:port/path". The path is /.well-known/mercure unless given. Does not resolve the
/// host. Errors: kInvalid, a sentence.
Result<HubAddress> parse_hub_url(std::string_view url);

/// Finds the host's first address by getaddrinfo(). Blocks. Errors: kNotFound, a sentence.
Result<void> resolve(HubAddress& address);

}  // namespace cinnabar::load
