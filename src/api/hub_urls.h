// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "api/options.h"
#include "base/result.h"
#include "http/message.h"
#include "protocol/hub_url.h"

namespace cinnabar {

/// Which URL a client knows the hub by (D4): the pinned resource identifier where that is a URL of the
/// hub, else the origin that the client contacted and the hub's path. Immutable; any thread.
class HubUrls {
 public:
  explicit HubUrls(const ApiOptions& options);

  const HubPath& path() const { return path_; }
  /// Errors: kInvalid, for a request whose authority is none that a URL can have, with one sentence
  /// that may be sent to the client. A request without any (HTTP/1.0) gets a URL on no host.
  Result<HubUrl> of(const http::Request& request) const;

 private:
  HubPath path_;
  std::optional<HubUrl> pinned_;
};

}  // namespace cinnabar
