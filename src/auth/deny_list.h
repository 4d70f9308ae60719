// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "protocol/matcher.h"
#include "protocol/token_identity.h"

namespace cinnabar {

/// Who is refused although the token is good: revoked tokens, banned users, issuers that lost a key, and
/// subscriptions that must end. Immutable; any thread.
///
/// The file has one rule a line, of `name=value` pairs separated by blanks, which all have to hold: `jti`,
/// `sub`, `iss` of the token; `match` or `match_urlpattern`, a pattern (its text, not what it matches) that
/// the subscriber asked for. Blanks, `%` and `#` in a value are percent-encoded. Empty lines and lines that
/// begin with `#` are skipped.
class DenyList {
 public:
  struct Rule {
    std::optional<std::string> issuer, subject, id;  ///< `iss`, `sub`, `jti`
    std::optional<MatcherType> type;                 ///< of `pattern`
    std::string pattern;
    std::string text;  ///< as written, for the log
  };

  /// Errors: kInvalid, one sentence that begins with "FILE:LINE: ".
  static Result<DenyList> parse(std::string_view text, std::string_view file);

  bool empty() const { return rules_.empty(); }
  std::size_t size() const { return rules_.size(); }
  /// The first rule that denies this token (nullptr: there is none) any request; rules with patterns don't.
  const Rule* denies(const TokenIdentity* token) const;
  /// The first rule that denies a subscriber with this token, who may have none, these matchers.
  const Rule* denies(const TokenIdentity* token, std::span<const Matcher* const> matchers) const;

 private:
  std::vector<Rule> rules_;
};

/// The deny list in force, which may be replaced at any time. Threads: any.
class DenyListHolder {
 public:
  std::shared_ptr<const DenyList> get() const {
    const MutexLock lock(mutex_);
    return list_;
  }
  void set(DenyList list) {
    auto fresh = std::make_shared<const DenyList>(std::move(list));
    const MutexLock lock(mutex_);
    list_ = std::move(fresh);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const DenyList> list_ CINNABAR_GUARDED_BY(mutex_) = std::make_shared<const DenyList>();
};

}  // namespace cinnabar
