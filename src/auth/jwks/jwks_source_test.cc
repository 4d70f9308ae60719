// SPDX-License-Identifier: Apache-2.0
#include "auth/jwks/jwks_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <deque>
#include <fstream>
#include <thread>

namespace cinnabar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

// RFC 8037 appendix A.2.
std::string key_set(const std::vector<std::string>& ids) {
  std::string keys;
  for (const std::string& id : ids) {
    keys += std::string(keys.empty() ? "" : ",") +
            R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":")" + id +
            "\"}";
  }
  return "{\"keys\":[" + keys + "]}";
}

/// Answers as it is told, and counts.
class FakeServer {
 public:
  void publish(std::vector<std::string> ids) {
    const MutexLock lock(mutex_);
    ids_ = std::move(ids);
    down_ = false;
  }
  void answer_text(std::string text) {
    const MutexLock lock(mutex_);
    text_ = std::move(text);
  }
  void go_down() {
    const MutexLock lock(mutex_);
    down_ = true;
  }
  void hold(bool held) {
    const MutexLock lock(mutex_);
    held_ = held;
    wake_.notify_all();
  }
  void set_lifetime(Duration lifetime) {
    const MutexLock lock(mutex_);
    lifetime_ = lifetime;
  }
  int fetches() const {
    const MutexLock lock(mutex_);
    return fetches_;
  }

  Result<Fetched> fetch(const std::string& etag, const std::atomic<bool>& stop) {
    const MutexLock lock(mutex_);
    ++fetches_;
    // What is published when the request comes in is what it will be answered.
    const auto ids = ids_;
    while (held_ && !stop) wake_.wait_for(mutex_, milliseconds(5));
    if (stop) return Error{ErrorCode::kClosed, "stopped."};
    if (down_) return Error{ErrorCode::kUnavailable, "is down."};
    Fetched fetched;
    fetched.lifetime = lifetime_;
    fetched.body = text_.empty() ? key_set(ids) : text_;
    fetched.etag = "\"" + std::to_string(std::hash<std::string>()(fetched.body)) + "\"";
    if (fetched.etag == etag) {
      fetched.not_modified = true;
      fetched.body.clear();
    }
    return fetched;
  }

 private:
  mutable Mutex mutex_;
  CondVar wake_;
  std::vector<std::string> ids_;
  std::string text_;
  std::optional<Duration> lifetime_ = std::chrono::hours(1);
  bool down_ = false;
  bool held_ = false;
  int fetches_ = 0;
};

class FakeFetcher final : public Fetcher {
 public:
  explicit FakeFetcher(FakeServer& server) : server_(server) {}
  Result<Fetched> fetch(const std::string& etag, const std::atomic<bool>& stop) override {
    return server_.fetch(etag, stop);
  }

 private:
  FakeServer& server_;
};

template <class Condition>
bool soon(Condition condition) {
  for (const SteadyTime end = steady_now() + seconds(20); steady_now() < end;) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return condition();
}

class JwksSourceTest : public testing::Test {
 protected:
  void start(Duration cooldown = seconds(30)) {
    options_.uri = "https://auth.example/jwks";
    options_.cooldown = cooldown;
    source_ = std::make_unique<JwksSource>(options_, std::make_unique<FakeFetcher>(server_), [this] {
      // The new set is in force before anybody is told.
      keys_when_changed_ = source_ready_ ? source_->keys()->size() : 0;
      ++changes_;
    });
    source_ready_ = true;
  }
  bool has(std::string_view id) {
    const KeysPtr keys = source_->keys();
    return std::any_of(keys->begin(), keys->end(), [id](const VerificationKey& key) { return key.id == id; });
  }
  bool ask(std::string_view id) {
    return source_->look_for(id, [this] { ++answered_; });
  }

  JwksOptions options_;
  FakeServer server_;
  std::atomic<bool> source_ready_ = false;
  std::unique_ptr<JwksSource> source_;
  std::atomic<int> changes_ = 0;
  std::atomic<std::size_t> keys_when_changed_ = 0;
  std::atomic<int> answered_ = 0;
};

TEST_F(JwksSourceTest, FetchesAtOnce_TOK_18) {
  server_.publish({"a", "b"});
  start();
  EXPECT_TRUE(soon([&] { return has("a") && has("b"); }));
  EXPECT_TRUE(soon([&] { return changes_ == 1; }));
  EXPECT_EQ(server_.fetches(), 1);
}

TEST_F(JwksSourceTest, RefreshesBeforeTheLifetimeEnds_TOK_18) {
  options_.min_lifetime = milliseconds(40);
  server_.set_lifetime(milliseconds(1));  // bounded from below
  server_.publish({"a"});
  start();
  EXPECT_TRUE(soon([&] { return has("a"); }));
  server_.publish({"b", "c"});
  EXPECT_TRUE(soon([&] { return has("b") && !has("a"); })) << "the old key is gone with its set";
  EXPECT_TRUE(soon([&] { return changes_ == 2; }));
  const int before = server_.fetches();
  EXPECT_TRUE(soon([&] { return server_.fetches() >= before + 3; }));
  EXPECT_EQ(changes_, 2) << "the same set again is no change";
}

TEST_F(JwksSourceTest, AnUnknownKeyIsLookedForOnceHoweverManyAsk_TOK_18) {
  server_.publish({"a"});
  start(Duration::zero());
  ASSERT_TRUE(soon([&] { return has("a"); }));
  server_.hold(true);
  server_.publish({"a", "b"});
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(ask("b"));
  EXPECT_TRUE(soon([&] { return server_.fetches() == 2; }));
  server_.hold(false);
  EXPECT_TRUE(soon([&] { return answered_ == 1000; }));
  EXPECT_TRUE(has("b"));
  // Those who asked while the fetch was under way may have needed none of their own.
  EXPECT_LE(server_.fetches(), 3);
}

TEST_F(JwksSourceTest, AMadeUpKeyIsRememberedAndDelaysNobodyTwice_TOK_18) {
  server_.publish({"a"});
  start(milliseconds(50));
  ASSERT_TRUE(soon([&] { return has("a"); }));
  ASSERT_TRUE(ask("made-up"));
  EXPECT_TRUE(soon([&] { return answered_ == 1; }));
  EXPECT_FALSE(ask("made-up"));
  EXPECT_FALSE(ask(std::string(257, 'x'))) << "no issuer names a key like that";
  const int before = server_.fetches();
  std::this_thread::sleep_for(milliseconds(120));
  EXPECT_EQ(server_.fetches(), before);
}

TEST_F(JwksSourceTest, AFloodOfMadeUpKeysCostsAFetchACooldown_TOK_18) {
  server_.publish({"a"});
  start(milliseconds(200));
  ASSERT_TRUE(soon([&] { return has("a"); }));
  const SteadyTime begin = steady_now();
  int asked = 0;
  while (steady_now() - begin < milliseconds(700)) {
    if (ask("made-up " + std::to_string(asked))) ++asked;
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_GT(asked, 10);
  EXPECT_LE(server_.fetches(), 2 + 700 / 200 + 1);
  // A real one that comes amidst the flood is found all the same.
  server_.publish({"a", "new"});
  ASSERT_TRUE(ask("new"));
  EXPECT_TRUE(soon([&] { return has("new"); }));
}

TEST_F(JwksSourceTest, AQuestionAskedDuringAFetchWaitsForTheNextOne_TOK_18) {
  server_.hold(true);
  server_.publish({"a"});
  start(milliseconds(20));
  ASSERT_TRUE(soon([&] { return server_.fetches() == 1; }));
  server_.publish({"a", "b"});  // after the request was received
  ASSERT_TRUE(ask("b"));
  server_.hold(false);
  EXPECT_TRUE(soon([&] { return answered_ == 1; }));
  EXPECT_TRUE(has("b"));
  EXPECT_EQ(server_.fetches(), 2);
}

TEST_F(JwksSourceTest, AKnownKeyIsAnsweredAtOnce) {
  server_.publish({"a"});
  start();
  ASSERT_TRUE(soon([&] { return has("a"); }));
  EXPECT_TRUE(ask("a"));
  EXPECT_EQ(answered_, 1);
  EXPECT_EQ(server_.fetches(), 1);
}

TEST_F(JwksSourceTest, StaleKeysServeWhileTheServerIsDown_TOK_18) {
  options_.min_lifetime = milliseconds(20);
  server_.set_lifetime(milliseconds(1));
  server_.publish({"a"});
  start(Duration::zero());
  ASSERT_TRUE(soon([&] { return has("a"); }));
  server_.go_down();
  const int before = server_.fetches();
  EXPECT_TRUE(soon([&] { return server_.fetches() > before + 1; })) << "it is tried again";
  EXPECT_TRUE(has("a"));
  ASSERT_TRUE(ask("b"));
  EXPECT_TRUE(soon([&] { return answered_ == 1; })) << "the failure is an answer";
  server_.publish({"b"});
  EXPECT_TRUE(soon([&] { return has("b"); }));
}

TEST_F(JwksSourceTest, AFaultySetLeavesTheOldOneInForce_TOK_18) {
  options_.min_lifetime = milliseconds(20);
  server_.set_lifetime(milliseconds(1));
  server_.publish({"a"});
  start();
  ASSERT_TRUE(soon([&] { return has("a"); }));
  for (const char* text : {"not JSON", "[]", "{}", R"({"keys":{}})"}) {
    server_.answer_text(text);
    const int before = server_.fetches();
    EXPECT_TRUE(soon([&] { return server_.fetches() > before + 1; }));
    EXPECT_TRUE(has("a")) << text;
  }
  server_.answer_text("");
  server_.publish({"b", "c"});
  EXPECT_TRUE(soon([&] { return has("b"); }));
}

TEST_F(JwksSourceTest, ATokenWithoutKeyIdIsAnsweredByANewSet_TOK_18) {
  server_.publish({"a"});
  start(Duration::zero());
  ASSERT_TRUE(soon([&] { return has("a"); }));
  ASSERT_TRUE(ask(""));
  EXPECT_TRUE(soon([&] { return answered_ == 1; }));
  EXPECT_FALSE(ask("")) << "nothing new";
}

TEST_F(JwksSourceTest, StoppingAnswersWhoWaits) {
  server_.hold(true);
  start();
  ASSERT_TRUE(soon([&] { return server_.fetches() == 1; }));
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(ask("b"));
  source_->stop();
  EXPECT_EQ(answered_, 10);
  EXPECT_FALSE(ask("c"));
  source_->stop();
}

TEST_F(JwksSourceTest, NoMoreThanSoManyWait) {
  server_.hold(true);
  start();
  ASSERT_TRUE(soon([&] { return server_.fetches() == 1; }));
  for (std::size_t i = 0; i < JwksSource::kMostWaiting; ++i) ASSERT_TRUE(ask("b"));
  EXPECT_FALSE(ask("b"));
  server_.hold(false);
}

TEST(JwksFile, IsReadAgainWhenItChanges_TOK_18) {
  const std::string path = testing::TempDir() + "cinnabar jwks.json";
  const auto write = [&path](const std::string& text) { std::ofstream(path, std::ios::binary) << text; };
  write(key_set({"a"}));
  JwksOptions options;
  options.uri = "file://" + testing::TempDir() + "cinnabar%20jwks.json";
  options.min_lifetime = milliseconds(20);
  const auto source = make_jwks_source(options, [] {});
  const auto has = [&](std::string_view id) {
    const KeysPtr keys = source->keys();
    return keys->size() == 1 && keys->front().id == id;
  };
  EXPECT_TRUE(soon([&] { return has("a"); }));
  write(key_set({"b"}));
  EXPECT_TRUE(soon([&] { return has("b"); }));
  std::remove(path.c_str());
  std::this_thread::sleep_for(milliseconds(60));
  EXPECT_TRUE(has("b"));
}

TEST(JwksFile, MustBeOneAndNotTooLarge_TOK_18) {
  FetchOptions options;
  options.max_bytes = 10;
  const std::atomic<bool> stop = false;
  EXPECT_THAT(make_fetcher("file:///dev/null", options)->fetch("", stop).error().detail,
              HasSubstr("regular file"));
  EXPECT_THAT(make_fetcher("file:///etc/passwd", options)->fetch("", stop).error().detail,
              HasSubstr("jwks.max_size"));
  EXPECT_THAT(make_fetcher("file:///missing/file", options)->fetch("", stop).error().detail,
              HasSubstr("cannot read"));
}

TEST(JwksUri, IsHttpsOrAFile_TOK_18) {
  for (const char* good :
       {"https://auth.example/jwks", "https://auth.example:8443/a?b=c", "file:///etc/jwks.json",
        "file:/etc/jwks.json", "file://localhost/etc/jwks.json"}) {
    EXPECT_TRUE(check_jwks_uri(good).ok()) << good;
  }
  for (const auto& [bad, hint] :
       {std::pair{"jwks", "no URL"}, std::pair{"http://auth.example/jwks", "use https:"},
        std::pair{"ftp://auth.example/jwks", "https: or file:"},
        std::pair{"https://u:p@auth.example/", "password"},
        std::pair{"file://other/jwks.json", "another machine"}, std::pair{"file:///", "no file"}}) {
    const auto checked = check_jwks_uri(bad);
    ASSERT_FALSE(checked.ok()) << bad;
    EXPECT_THAT(checked.error().detail, HasSubstr(hint));
  }
}

TEST(JwksHttps, RefusesAddressesThatAreNotOnTheInternet_TOK_18) {
  const std::atomic<bool> stop = false;
  for (const char* uri : {"https://127.0.0.1:1/jwks", "https://localhost:1/jwks", "https://[::1]:1/jwks",
                          "https://169.254.169.254/latest/meta-data", "https://10.0.0.1/"}) {
    const auto fetched = make_fetcher(uri, FetchOptions{})->fetch("", stop);
    ASSERT_FALSE(fetched.ok());
    EXPECT_THAT(fetched.error().detail, HasSubstr("allow_private_addresses")) << uri;
  }
}

}  // namespace
}  // namespace cinnabar
