// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "app/config_env.h"
#include "app/token_key.h"

namespace cinnabar {

/// The flags of `cinnabar token`, as given: empty means not given.
struct TokenRequest {
  std::string issuer;
  std::string audience;
  TokenKeyRequest key;
  std::string subject;
  std::string client_id;
  std::string lifetime;  ///< a duration such as "1h"
  std::string payload;   ///< JSON
  std::string protocol;  ///< "1.0" (default) or "0.x"
  std::vector<std::string> publish;
  std::vector<std::string> publish_urlpatterns;
  std::vector<std::string> subscribe;
  std::vector<std::string> subscribe_urlpatterns;
  bool dev = false;
  bool pretty = false;
};

/// Prints one token and a line feed to `out`, and with `pretty` its header and claims to `err`
/// (CLI-1 to CLI-6). `now`: Unix seconds. The answer is the exit code; errors go to `err`.
int token_command(const TokenRequest& request, const Environment& environment, std::int64_t now,
                  std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace cinnabar
