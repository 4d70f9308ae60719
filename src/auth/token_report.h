// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cinnabar {

class Grants;

/// Why a token is refused, for whoever runs the hub. Never for the client (TOK-14, ERR-8).
struct TokenRefusal {
  std::string check;       ///< "signature", "exp", "aud", ...: see TokenReport
  std::string reason;      ///< one sentence: what is wrong, and how to mend it
  std::string header{};    ///< the JOSE header, quoted and cut short; empty if it could not be read
  std::string issuer{};    ///< `iss`, likewise
  std::string audience{};  ///< `aud`, likewise
};

/// One check of a token, as `cinnabar check-token` prints it.
struct TokenCheck {
  std::string name;
  bool passed = false;
  std::string text;  ///< what was found; what is wrong and how to mend it
};

/// All checks that were made of one token, in order; the last one may have failed. Threads: one.
class TokenReport {
 public:
  void pass(std::string_view name, std::string text) {
    checks_.push_back({std::string(name), true, std::move(text)});
  }
  void fail(std::string_view name, std::string text) {
    checks_.push_back({std::string(name), false, std::move(text)});
  }
  const std::vector<TokenCheck>& checks() const { return checks_; }

 private:
  std::vector<TokenCheck> checks_;
};

/// What a token grants, for people: `publish exact:a, urlpattern:/b/*; subscribe exact:*`.
std::string describe_grants(const Grants& grants);

}  // namespace cinnabar
