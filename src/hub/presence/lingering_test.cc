// SPDX-License-Identifier: Apache-2.0
#include "hub/presence/lingering.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "base/loop.h"
#include "hub/testing/fakes.h"

namespace cinnabar {
namespace {

using testing::eventually;
using testing::on_loop;
using namespace std::chrono_literals;

class LingeringTest : public ::testing::Test {
 protected:
  LingeringTest() { loop_.start(); }
  ~LingeringTest() override {
    on_loop(loop_, [this] {
      for (const auto& each : made_) each->stop();
    });
  }
  Lingering& make(Duration grace) {
    made_.push_back(std::make_unique<Lingering>(loop_, grace, [this](const std::vector<std::string>& topics) {
      MutexLock lock(mutex_);
      gone_.insert(gone_.end(), topics.begin(), topics.end());
    }));
    return *made_.back();
  }
  std::vector<std::string> gone() {
    MutexLock lock(mutex_);
    return gone_;
  }
  static std::string key(const TokenIdentity* token, std::vector<Matcher> matchers) {
    std::vector<const Matcher*> pointers;
    for (const Matcher& matcher : matchers) pointers.push_back(&matcher);
    return Lingering::key(token, pointers);
  }

  Loop loop_;
  std::vector<std::unique_ptr<Lingering>> made_;
  Mutex mutex_;
  std::vector<std::string> gone_ CINNABAR_GUARDED_BY(mutex_);
};

TEST_F(LingeringTest, WhoIsRecognized) {
  const Matcher a = Matcher::exact("a");
  const Matcher b = Matcher::exact("b");
  const TokenIdentity ada{"https://example.com", "ada", "1"};
  const TokenIdentity later{"https://example.com", "ada", "2"};
  const TokenIdentity eve{"https://example.com", "eve", "1"};
  const TokenIdentity foreign{"https://other.example", "ada", "1"};
  const TokenIdentity nobody{"https://example.com", "", "1"};
  EXPECT_EQ(key(&ada, {a, b}), key(&later, {b, a}));
  EXPECT_NE(key(&ada, {a, b}), key(&ada, {a}));
  EXPECT_NE(key(&ada, {a}), key(&ada, {Matcher::topic_selector("a")}));
  EXPECT_NE(key(&ada, {a}), key(&eve, {a}));
  EXPECT_NE(key(&ada, {a}), key(&foreign, {a}));
  EXPECT_EQ(key(&nobody, {a}), "");
  EXPECT_EQ(key(nullptr, {a}), "");
}

TEST_F(LingeringTest, TwoOfOneUserAreTwo) {
  Lingering& lingering = make(1h);
  const Uuid first = Uuid::random();
  const Uuid second = Uuid::random();
  EXPECT_TRUE(lingering.keep("k", first, {"1"}));
  EXPECT_TRUE(lingering.keep("k", second, {"2"}));
  EXPECT_FALSE(lingering.take("other"));
  const auto one = lingering.take("k");
  const auto two = lingering.take("k");
  ASSERT_TRUE(one && two);
  EXPECT_NE(one->bytes, two->bytes);
  EXPECT_FALSE(lingering.take("k"));
  EXPECT_TRUE(gone().empty());
}

TEST_F(LingeringTest, TheGraceEndsForEachInTurn) {
  Lingering& lingering = make(60ms);
  EXPECT_TRUE(lingering.keep("a", Uuid::random(), {"1", "2"}));
  EXPECT_TRUE(lingering.keep("b", Uuid::random(), {"3"}));
  EXPECT_TRUE(lingering.keep("a", Uuid::random(), {"4"}));
  EXPECT_TRUE(lingering.take("b"));
  EXPECT_TRUE(eventually(loop_, [this] { return gone().size() == 3; }));
  EXPECT_EQ(gone(), (std::vector<std::string>{"1", "2", "4"}));
  EXPECT_FALSE(lingering.take("a"));
  EXPECT_TRUE(lingering.keep("c", Uuid::random(), {"5"}));
  EXPECT_TRUE(eventually(loop_, [this] { return gone().size() == 4; }));
}

TEST_F(LingeringTest, NobodyLingersWithoutGraceOrNameOrAfterTheFlush) {
  EXPECT_FALSE(make(0s).keep("a", Uuid::random(), {"1"}));
  Lingering& lingering = make(1h);
  EXPECT_FALSE(lingering.keep("", Uuid::random(), {"1"}));
  EXPECT_TRUE(lingering.keep("a", Uuid::random(), {"1"}));
  lingering.flush();
  EXPECT_EQ(gone(), std::vector<std::string>{"1"});
  EXPECT_FALSE(lingering.keep("a", Uuid::random(), {"2"}));
  EXPECT_FALSE(lingering.take("a"));
}

}  // namespace
}  // namespace cinnabar
