// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/caddy/parser.h"
#include "app/caddy/translation.h"

namespace cinnabar::caddy {

/// What a site's addresses need to know of the rest.
struct SiteOptions {
  unsigned http_port = 80;
  unsigned https_port = 443;
  std::vector<std::string> interfaces;  ///< of `bind`; empty: all
  bool ipv6 = true;                     ///< whether "all" includes those of IPv6
  bool has_certificate = false;         ///< `tls` said where it comes from
};

/// One address, such as "localhost" or ":80", and where it was given.
struct SiteAddress {
  std::string text;
  std::string origin;
};

/// Translates the options of the block at the top of a Caddyfile.
void translate_global_options(const std::vector<Statement>& options, std::string_view file, SiteOptions& site,
                              Translation& out);

/// Translates what a site says beside its hub. The answer: the `mercure` blocks, also those in `route` and
/// `handle`.
std::vector<const Statement*> translate_site(const std::vector<Statement>& directives, std::string_view file,
                                             SiteOptions& site, Translation& out);

/// Translates a site's addresses to server.listen and, where all names are of this machine, to a self-signed
/// certificate. A name is a name for us too, not an interface: we listen on all of them, as the reference hub
/// does. `called`: what the user calls the addresses.
void translate_addresses(const std::vector<SiteAddress>& addresses, const SiteOptions& site,
                         const std::string& called, Translation& out);

}  // namespace cinnabar::caddy
