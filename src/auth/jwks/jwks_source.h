// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "auth/jwks/fetcher.h"
#include "auth/key_source.h"
#include "base/clock.h"
#include "base/mutex.h"

namespace cinnabar {

/// How a key set is kept fresh.
struct JwksOptions {
  std::string uri;
  FetchOptions fetch;
  Duration min_lifetime = std::chrono::seconds(60);
  Duration max_lifetime = std::chrono::hours(24);
  Duration default_lifetime = std::chrono::minutes(10);   ///< where the server doesn't say
  Duration cooldown = std::chrono::seconds(5);            ///< between fetches that unknown keys cause
  Duration negative_lifetime = std::chrono::seconds(60);  ///< how long an unknown key stays unknown
};

/// The keys of a published JWK Set (RFC 7517, TOK-18), which change when their issuer rotates them.
///
/// Fetched at once, and again before they expire, on a thread of its own, so that a server that hangs delays
/// nobody but those who wait for its keys. A key that is not known causes a fetch: at once if the last one is
/// long enough ago, else when the cooldown ends. So a flood of made-up keys costs one fetch a cooldown, and
/// yet no token by a new key is ever refused before its issuer was asked. While the server does not answer,
/// the keys of before stay good.
///
/// Lifetime: stop() or the destructor ends the thread. Threads: any.
class JwksSource final : public KeySource {
 public:
  static constexpr std::size_t kMostWaiting = 1024;
  static constexpr std::size_t kMostUnknown = 1024;
  static constexpr std::size_t kLongestKeyId = 256;

  /// `changed` is called on the source's thread after keys() began to answer another set, and before anybody
  /// who waits for it learns so.
  JwksSource(JwksOptions options, std::unique_ptr<Fetcher> fetcher, std::function<void()> changed);
  ~JwksSource() override;

  KeysPtr keys() const override;
  bool may_change() const override { return true; }
  bool look_for(std::string_view key_id, std::function<void()> done) override;
  void stop() override;

 private:
  struct Question {
    std::string key_id;
    std::function<void()> done;
  };

  void run();
  bool wait_until_due();
  void fetch();
  bool take(Fetched fetched);
  void answer(std::vector<Question> asked, bool fetched, bool changed);
  void remember_unknown(const std::string& key_id, Duration how_long) CINNABAR_REQUIRES(mutex_);
  bool has(std::string_view key_id) const CINNABAR_REQUIRES(mutex_);
  SteadyTime next_fetch() const CINNABAR_REQUIRES(mutex_);
  Duration lifetime_of(const Fetched& fetched);

  const JwksOptions options_;
  const std::unique_ptr<Fetcher> fetcher_;
  const std::function<void()> changed_;

  mutable Mutex mutex_;
  CondVar wake_;
  KeysPtr keys_ CINNABAR_GUARDED_BY(mutex_) = std::make_shared<const Keys>();
  std::vector<Question> questions_ CINNABAR_GUARDED_BY(mutex_);
  std::map<std::string, SteadyTime, std::less<>> unknown_ CINNABAR_GUARDED_BY(mutex_);  // until when
  SteadyTime refresh_at_ CINNABAR_GUARDED_BY(mutex_);                                   // at once, at first
  SteadyTime last_start_ CINNABAR_GUARDED_BY(mutex_);                                   // of a fetch
  std::atomic<bool> stopping_ = false;

  // Of the thread alone.
  std::string body_;  // of the set in force
  std::string etag_;
  unsigned failures_ = 0;  // in a row
  std::minstd_rand random_{std::random_device{}()};

  Mutex stop_mutex_;  // before mutex_: of who joins the thread
  std::thread thread_;
};

/// With the fetcher that the URI asks for. REQUIRES: check_jwks_uri(options.uri)
std::shared_ptr<JwksSource> make_jwks_source(const JwksOptions& options, std::function<void()> changed);

}  // namespace cinnabar
