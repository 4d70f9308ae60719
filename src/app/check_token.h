// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>

#include "app/config_env.h"

namespace cinnabar {

/// The flags of `cinnabar check-token`, as given: empty means not given.
struct CheckTokenRequest {
  std::string config;  ///< the configuration file
  std::string role;    ///< "publisher" or "subscriber"
  std::string url;     ///< the hub's URL as the token's user writes it, where the configuration pins none
  std::string token;   ///< the token, @FILE, or @- for standard input
};

/// Judges a token as the hub that is configured so would, by the same code, and prints each check and its
/// outcome to `out`. The answer is the exit code: 0, the hub would take the token; 1, it would not, or there
/// is no telling, for the reason in `err`. `now_ms`: Unix milliseconds. Blocks while key sets are fetched.
int check_token(const CheckTokenRequest& request, const Environment& environment, std::int64_t now_ms,
                std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace cinnabar
