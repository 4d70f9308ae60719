// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "api/options.h"
#include "api/public_origin.h"
#include "base/result.h"
#include "http/message.h"
#include "protocol/hub_url.h"

namespace cinnabar {

/// What the hub is called by the client of one request. Immutable, shared by requests.
struct HubAddress {
  HubUrl url;            ///< HUBURL (D4): the pinned resource identifier where that is one, else derived
  std::string origin;    ///< that the client contacted, in normal form; empty: it named none
  std::string resource;  ///< the resource identifier, which `aud` must contain (TOK-11, TOK-12)
  std::string metadata;  ///< absolute URL of the resource's metadata (DISC-5); empty: it has none
};
using HubAddressPtr = std::shared_ptr<const HubAddress>;

/// How a request came, and what it calls the hub.
struct Contact {
  PublicOrigin origin;
  HubAddressPtr hub;
};

/// Finds both for requests. Immutable; any thread.
class HubAddresses {
 public:
  explicit HubAddresses(const ApiOptions& options);

  const HubPath& path() const { return path_; }
  /// The path under which the metadata is served: the one inserted before that of the resource (DISC-5).
  /// Empty: none.
  const std::string& metadata_path() const { return metadata_path_; }

  /// Errors: kInvalid, for a request whose authority is none that a URL can have, with one sentence
  /// that may be sent to the client. A request without any (HTTP/1.0) gets a URL on no host.
  Result<Contact> of(const http::Request& request) const;

 private:
  Result<HubAddressPtr> address(const PublicOrigin& origin) const;

  const std::uint64_t id_;  // of this object among all that ever were
  const ApiOptions& options_;
  HubPath path_;
  std::optional<HubUrl> pinned_;
  std::string metadata_path_;
};

}  // namespace cinnabar
