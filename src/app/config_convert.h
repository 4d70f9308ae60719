// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "api/options.h"
#include "app/config.h"
#include "auth/issuer.h"
#include "base/result.h"
#include "http/server.h"

namespace cinnabar {

// From what was configured to what the parts of the hub take. REQUIRES: a validated Config.

/// Reads the certificate, or makes it (see self_signed.h), when there is an https address. Without
/// common_headers, which are not configured. Errors: a sentence with the path.
Result<http::ServerOptions> server_options(const Config& config);

/// The same for the admin listener.
Result<http::ServerOptions> admin_options(const Config& config);

/// How the hub presents itself. `dev`: the development hub's way, which tells clients why a token is refused.
ApiOptions api_options(const Config& config, bool dev);

/// The issuers with their keys, in the order of the configuration. Key sets begin to be fetched at once, each
/// once, however many issuers name it; `keys_changed` is called, on any thread, when one has changed.
std::vector<Issuer> issuers(const Config& config, const std::function<void()>& keys_changed);

}  // namespace cinnabar
