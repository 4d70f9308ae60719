// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "auth/algorithm.h"

namespace cinnabar {

/// HMAC with SHA-2 (RFC 7518 section 3.2). Empty if out of memory. REQUIRES: is_hmac(algorithm), a secret
/// that is not empty.
std::string hmac(Algorithm algorithm, std::string_view secret, std::string_view input);

/// Whether `mac` is that of `input`, in time that does not depend on where they differ.
bool verify_hmac(Algorithm algorithm, std::string_view secret, std::string_view input, std::string_view mac);

}  // namespace cinnabar
