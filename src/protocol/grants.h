// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "protocol/matcher.h"
#include "protocol/topic.h"

namespace cinnabar {

/// One Mercure detail of a token's authorization_details (AD-3 to AD-10), or what a `mercure` claim of
/// protocol 0.x comes to.
struct GrantDetail {
  bool publish = false;
  bool subscribe = false;
  std::vector<Matcher> matchers;
  std::string payload;  ///< JSON as text, an object unless the token is of 0.x; empty: none
};

/// What a token of protocol 0.x says once for all its selectors.
struct TokenWideGrants {
  std::string payload;            ///< COMPAT-22: JSON as text; empty: none
  bool publishes_public = false;  ///< COMPAT-27: public updates on any topic
};

/// What a token allows. Immutable and shared by all threads.
class Grants {
 public:
  Grants() = default;
  explicit Grants(std::vector<GrantDetail> details, TokenWideGrants token_wide = {})
      : details_(std::move(details)), token_wide_(std::move(token_wide)) {}

  /// AUTHZ-1, AUTHZ-2: every topic is granted `publish`, each by any detail; COMPAT-27: or the update
  /// is public, and the token may publish those anywhere.
  bool may_publish(Topics& topics, bool is_private) const;
  /// AUTHZ-3: at least one topic is granted `subscribe`.
  bool may_receive(Topics& topics) const;

  /// ACT-8, COMPAT-22: the payload of a subscription whose pattern is the text of `pattern`, as JSON text:
  /// that of the first `subscribe` detail that matches, or else the token's. Empty: none.
  const std::string& payload_for(Topic& pattern) const;
  /// COMPAT-22: what a subscription gets that no detail has a payload for; empty: nothing, as always in 1.0.
  const std::string& default_payload() const { return token_wide_.payload; }
  /// COMPAT-27.
  bool publishes_public() const { return token_wide_.publishes_public; }

  const std::vector<GrantDetail>& details() const { return details_; }

 private:
  std::vector<GrantDetail> details_;
  TokenWideGrants token_wide_;
};

using GrantsPtr = std::shared_ptr<const Grants>;

}  // namespace cinnabar
