// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/config_schema.h"

namespace cinnabar::caddy {

/// A directive in our words. Texts may hold `{env.NAME}`, as those of our own file may.
struct Setting {
  const Field* field = nullptr;
  std::vector<std::string> items;
  std::string origin;  ///< "Caddyfile:3:5"
  std::string called;  ///< what the user called it: "heartbeat"
};

struct ImportedKey {
  std::string jwt;  ///< of these three, one
  std::string jwt_file;
  std::string jwks_uri;
  std::vector<std::string> algorithms;
  std::string origin;
};

struct ImportedIssuer {
  std::string id;  ///< empty: the implicit one of 0.x
  bool speaks_0x = false;
  bool authorization_server = false;
  std::vector<ImportedKey> publisher;
  std::vector<ImportedKey> subscriber;
  std::string origin;
};

/// What a text of the reference hub says, in the order in which it says it.
struct Translation {
  std::vector<Setting> settings;
  std::vector<ImportedIssuer> issuers;
  std::vector<std::string> public_names;  ///< hosts that need a certificate which we don't have
  std::vector<std::string> notes;         ///< what has no equivalent, or another one: "Caddyfile:3:5: …"
  std::vector<std::string> problems;      ///< one sentence each; none: the rest can be used
};

}  // namespace cinnabar::caddy
