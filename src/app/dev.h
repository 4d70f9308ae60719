// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "app/config_env.h"
#include "base/result.h"
#include "http/server.h"

namespace cinnabar {

/// Who signs the development hub's tokens, and for whom. The resource identifier is pinned, so that
/// a token works on the http and the https address alike, whatever their ports are.
inline constexpr std::string_view kDevIssuer = "https://localhost";
inline constexpr std::string_view kDevResource = "https://localhost:3443/.well-known/mercure";

/// How long a development token lives by default.
inline constexpr Duration kDevTokenLife = std::chrono::hours(24);

/// What the development hub keeps between its runs.
struct DevState {
  std::string directory;  ///< absolute
  std::string key;        ///< the secret of its issuer, for both roles; never printed
};

/// The directory: $CINNABAR_DEV_DIR, or cinnabar/dev in $XDG_STATE_HOME, or in ~/.local/state. Absolute.
Result<std::string> dev_directory(const Environment& environment);

/// Opens the state; on the first time makes the directory and a random key (a well-known one would
/// open every developer's machine to web pages that know it). Blocks.
Result<DevState> open_dev_state(const Environment& environment);

/// The configuration of `cinnabar run --dev`, which a file, the environment and flags may change.
Config dev_config(const DevState& state);

/// `text` as one word of a POSIX shell.
std::string shell_word(std::string_view text);

/// What a developer reads once the hub listens: commands to paste. Immutable.
class DevGuide {
 public:
  /// Mints the token that the guide shows. `program`: absolute path of this executable. `now`: Unix
  /// seconds. Errors: what mint_token() says.
  static Result<DevGuide> make(const Config& config, const DevState& state, const Environment& environment,
                               std::string_view program, std::int64_t now);

  /// `bound`: the addresses that the hub listens on, with their real ports.
  std::string text(const std::vector<http::ListenAddress>& bound) const;

 private:
  DevGuide() = default;

  std::string path_;
  std::string token_;
  std::string token_command_;
  std::string state_directory_;
  std::string certificate_;  ///< path of what curl must trust; empty: nothing special
  bool anonymous_ = true;
};

}  // namespace cinnabar
