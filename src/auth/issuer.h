// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auth/algorithm.h"
#include "auth/key_source.h"

namespace cinnabar {

/// What an endpoint needs the token for; each role of an issuer has keys of its own (TOK-8).
enum class Role : unsigned char { kPublisher, kSubscriber };

/// "publisher", "subscriber".
inline std::string_view name_of(Role role) { return role == Role::kPublisher ? "publisher" : "subscriber"; }

/// Whose rules an issuer's tokens follow. Leniency towards tokens of protocol 0.x belongs to the issuers that
/// ask for it alone (COMPAT-2, COMPAT-3).
enum class IssuerProtocol : unsigned char { k1_0, k0_x, kBoth };

/// Keys and the only algorithms that may be used with them (TOK-3).
struct KeyBinding {
  std::shared_ptr<KeySource> source;
  std::vector<Algorithm> algorithms;
};

/// A trusted issuer: its identifier (TOK-7) and its keys, never pooled (TOK-6).
struct Issuer {
  std::string id;  ///< empty only for one that speaks 0.x, whose tokens then name none (COMPAT-24)
  IssuerProtocol protocol = IssuerProtocol::k1_0;
  std::vector<KeyBinding> publisher;
  std::vector<KeyBinding> subscriber;

  const std::vector<KeyBinding>& keys(Role role) const {
    return role == Role::kPublisher ? publisher : subscriber;
  }
};

}  // namespace cinnabar
