// SPDX-License-Identifier: Apache-2.0
#include "auth/jwks/jwks_source.h"

#include <algorithm>
#include <utility>

#include "auth/jwk.h"
#include "base/log.h"

namespace cinnabar {
namespace {

constexpr Duration kFirstRetry = std::chrono::seconds(1);
constexpr Duration kLongestRetry = std::chrono::minutes(5);
constexpr Duration kLongAgo = std::chrono::hours(24 * 365);

}  // namespace

JwksSource::JwksSource(JwksOptions options, std::unique_ptr<Fetcher> fetcher, std::function<void()> changed)
    : options_(std::move(options)),
      fetcher_(std::move(fetcher)),
      changed_(std::move(changed)),
      refresh_at_(steady_now()),
      last_start_(steady_now() - kLongAgo),
      thread_([this] { run(); }) {}

JwksSource::~JwksSource() { stop(); }

KeysPtr JwksSource::keys() const {
  const MutexLock lock(mutex_);
  return keys_;
}

bool JwksSource::has(std::string_view key_id) const {
  return !key_id.empty() && std::any_of(keys_->begin(), keys_->end(),
                                        [key_id](const VerificationKey& key) { return key.id == key_id; });
}

bool JwksSource::look_for(std::string_view key_id, std::function<void()> done) {
  if (key_id.size() > kLongestKeyId) return false;
  {
    const MutexLock lock(mutex_);
    if (stopping_) return false;
    if (!has(key_id)) {
      const auto unknown = unknown_.find(key_id);
      if (unknown != unknown_.end() && steady_now() < unknown->second) return false;
      if (questions_.size() >= kMostWaiting) return false;
      questions_.push_back({std::string(key_id), std::move(done)});
      wake_.notify_all();
      return true;
    }
  }
  done();  // it came between the caller's look and ours
  return true;
}

void JwksSource::stop() {
  const MutexLock joining(stop_mutex_);
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void JwksSource::run() {
  while (wait_until_due()) fetch();
  std::vector<Question> left;
  {
    const MutexLock lock(mutex_);
    left.swap(questions_);
  }
  for (Question& question : left) question.done();
}

/// When a question or the age of the set wants the next fetch to begin.
SteadyTime JwksSource::next_fetch() const {
  if (questions_.empty()) return refresh_at_;
  return std::min(refresh_at_, last_start_ + options_.cooldown);
}

/// False: the source stops.
bool JwksSource::wait_until_due() {
  const MutexLock lock(mutex_);
  for (;;) {
    if (stopping_) return false;
    const SteadyTime now = steady_now();
    const SteadyTime due = next_fetch();
    if (due <= now) return true;
    wake_.wait_for(mutex_, due - now);
  }
}

void JwksSource::fetch() {
  std::vector<Question> asked;
  {
    const MutexLock lock(mutex_);
    // Who asks from now on may have a key that was published after we looked, and waits for the next fetch
    // unless this one answers.
    asked.swap(questions_);
    last_start_ = steady_now();
  }
  Result<Fetched> fetched = fetcher_->fetch(etag_, stopping_);
  if (!fetched.ok()) {
    const Duration retry = std::min(kLongestRetry, kFirstRetry * (1U << std::min(failures_, 16U)));
    if (failures_++ == 0 && !stopping_) {
      log_warn("a key set cannot be fetched; its keys of before stay in use",
               {{"uri", options_.uri},
                {"reason", fetched.error().detail},
                {"keys", std::uint64_t{keys()->size()}}});
    }
    const MutexLock lock(mutex_);
    refresh_at_ = steady_now() + retry;
  } else {
    if (failures_ > 0) log_info("a key set is fetched again", {{"uri", options_.uri}});
    failures_ = 0;
    const Duration lifetime = lifetime_of(*fetched);
    const MutexLock lock(mutex_);
    refresh_at_ = steady_now() + lifetime;
  }
  const bool good = fetched.ok();
  const bool changed = good && take(std::move(*fetched));
  answer(std::move(asked), good, changed);
}

/// Within its bounds, and a fifth to a quarter less, so that it is fresh again before it expires.
Duration JwksSource::lifetime_of(const Fetched& fetched) {
  const Duration given = fetched.lifetime.value_or(options_.default_lifetime);
  const Duration bounded = std::clamp(given, options_.min_lifetime, options_.max_lifetime);
  return bounded * std::uniform_int_distribution<int>(75, 80)(random_) / 100;
}

/// Puts what was fetched in force. True: it is another set.
bool JwksSource::take(Fetched fetched) {
  if (!fetched.etag.empty() || !fetched.not_modified) etag_ = fetched.etag;
  if (fetched.not_modified || fetched.body == body_) return false;
  Result<JwkSet> set = parse_jwk_set(fetched.body);
  if (!set.ok()) {
    etag_.clear();
    log_warn("a key set is faulty; its keys of before stay in use",
             {{"uri", options_.uri}, {"reason", "The JWK Set " + set.error().detail + "."}});
    return false;
  }
  for (const std::string& skipped : set->skipped) {
    log_info("a key of a set is not used", {{"uri", options_.uri}, {"reason", skipped}});
  }
  body_ = std::move(fetched.body);
  auto keys = std::make_shared<const Keys>(std::move(set->keys));
  log_info("keys fetched", {{"uri", options_.uri}, {"keys", std::uint64_t{keys->size()}}});
  {
    const MutexLock lock(mutex_);
    keys_ = std::move(keys);
    unknown_.clear();
  }
  if (changed_) changed_();
  return true;
}

void JwksSource::answer(std::vector<Question> asked, bool fetched, bool changed) {
  {
    const MutexLock lock(mutex_);
    for (const Question& question : asked) {
      // A token that names no key may be by any of a new set.
      const bool found = has(question.key_id) || (question.key_id.empty() && changed);
      if (!found) remember_unknown(question.key_id, fetched ? options_.negative_lifetime : options_.cooldown);
    }
    // Later questions that this fetch answers all the same.
    const auto open = std::stable_partition(questions_.begin(), questions_.end(),
                                            [this](const Question& question)
                                                CINNABAR_REQUIRES(mutex_) { return !has(question.key_id); });
    std::move(open, questions_.end(), std::back_inserter(asked));
    questions_.erase(open, questions_.end());
  }
  for (Question& question : asked) question.done();
}

void JwksSource::remember_unknown(const std::string& key_id, Duration how_long) {
  const SteadyTime now = steady_now();
  if (unknown_.size() >= kMostUnknown) {
    std::erase_if(unknown_, [now](const auto& entry) { return entry.second <= now; });
    if (unknown_.size() >= kMostUnknown) unknown_.clear();
  }
  unknown_[key_id] = now + how_long;
}

std::shared_ptr<JwksSource> make_jwks_source(const JwksOptions& options, std::function<void()> changed) {
  return std::make_shared<JwksSource>(options, make_fetcher(options.uri, options.fetch), std::move(changed));
}

}  // namespace cinnabar
