// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/fwd.hpp>

#include "auth/verification_key.h"
#include "base/result.h"

namespace cinnabar {

/// parse_jwk() of a parsed object.
Result<VerificationKey> read_jwk(const boost::json::object& jwk);

}  // namespace cinnabar
