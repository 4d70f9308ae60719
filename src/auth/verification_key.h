// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "auth/algorithm.h"
#include "auth/key.h"

namespace cinnabar {

/// One key of an issuer, with what its JWK says of it.
struct VerificationKey {
  Key key;
  std::string id;                      ///< `kid`; empty: none
  std::optional<Algorithm> algorithm;  ///< the only one that it may be used with; absent: any that fits
};

}  // namespace cinnabar
