// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/verification_key.h"

namespace cinnabar {

using Keys = std::vector<VerificationKey>;
using KeysPtr = std::shared_ptr<const Keys>;

/// Where the keys of an issuer's role come from. Threads: any.
class KeySource {
 public:
  virtual ~KeySource() = default;

  /// The keys as they are known now; never nullptr, perhaps none.
  virtual KeysPtr keys() const = 0;

  /// Whether keys() may ever answer something else.
  virtual bool may_change() const = 0;

  /// For a token whose key, `key_id` (empty if it names none), is not among keys(): looks for it where the
  /// keys come from. `done` is called once, on any thread, when keys() is as fresh as it will get for this
  /// question, whether the key was found or not. False, and no call: there is nothing to look for, so the
  /// token is to be refused now.
  virtual bool look_for(std::string_view key_id, std::function<void()> done) = 0;

  /// Ends all looking; who waits is answered before it returns.
  virtual void stop() {}
};

/// Keys that were configured.
class StaticKeys final : public KeySource {
 public:
  explicit StaticKeys(Keys keys) : keys_(std::make_shared<const Keys>(std::move(keys))) {}
  KeysPtr keys() const override { return keys_; }
  bool may_change() const override { return false; }
  bool look_for(std::string_view, std::function<void()>) override { return false; }

 private:
  KeysPtr keys_;
};

}  // namespace cinnabar
