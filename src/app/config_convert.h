// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "app/config.h"
#include "auth/token_verifier.h"
#include "base/result.h"
#include "http/server.h"

namespace cinnabar {

// From what was configured to what the parts of the hub take. REQUIRES: a validated Config.

/// Reads the certificate, or makes it (see self_signed.h), when there is an https address. Without
/// common_headers, which are not configured. Errors: a sentence with the path.
Result<http::ServerOptions> server_options(const Config& config);

/// The issuers with their keys, in the order of the configuration.
std::vector<Issuer> issuers(const Config& config);

}  // namespace cinnabar
