// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "auth/jwks/fetcher.h"

namespace cinnabar {

/// Gets an https: URL by libcurl, and trusts nobody: certificates are checked, redirects lead to the same
/// server only, the size is limited while it comes, and the address that is connected to must be on the
/// internet unless told otherwise, whatever the name resolves to (SSRF). Proxies of the environment are not
/// used, as they would connect to anything.
std::unique_ptr<Fetcher> make_https_fetcher(std::string uri, const FetchOptions& options);

}  // namespace cinnabar
