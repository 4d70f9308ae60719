// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "protocol/limits.h"

namespace cinnabar {

/// How the hub presents itself over HTTP.
struct ApiOptions {
  std::string path = "/.well-known/mercure";  ///< HUBPATH
  bool anonymous = false;                     ///< subscribers without a token (SUB-21)
  std::string resource_identifier;            ///< pinned RI (TOK-12); empty: derived from each request
  ProtocolLimits limits;
};

}  // namespace cinnabar
