// SPDX-License-Identifier: Apache-2.0
#include "hub/presence/announcer.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/loop.h"
#include "hub/testing/fakes.h"
#include "protocol/subscription.h"

namespace cinnabar {
namespace {

using testing::eventually;
using testing::on_loop;

const std::string kPath = "/hub/subscriptions";

/// A journal that commits, or refuses, when the test says so, and feeds the table.
class SlowJournal final : public Journal {
 public:
  explicit SlowJournal(Presence& presence) : presence_(presence) {}

  void append(Update update, Appended done) override {
    MutexLock lock(mutex_);
    queue_.emplace_back(std::move(update), std::move(done));
  }
  /// Commits the oldest that waits, or refuses it.
  void commit() {
    auto [update, done] = take();
    const Position position = ++last_;
    const EventPtr event = Event::make(update, position, 0);
    said.push_back((update.kind == UpdateKind::kSubscriptionStarted ? "+" : "-") + name(update));
    presence_.on_committed({&event, 1});
    done(position);
  }
  void refuse(ErrorCode code = ErrorCode::kUnavailable) {
    auto [update, done] = take();
    done(Error{code, "not now"});
  }
  std::size_t waiting() const {
    MutexLock lock(mutex_);
    return queue_.size();
  }

  Result<void> start(JournalTail&) override { return {}; }
  void stop() override {}
  Result<ReadBatch> read(Position, const EventFilter&, const ReadLimits&) const override {
    return ReadBatch{};
  }
  Result<std::optional<Position>> find(std::string_view) const override { return std::optional<Position>(); }
  JournalBounds bounds() const override { return {}; }
  Result<std::vector<EventPtr>> open_subscriptions() const override { return std::vector<EventPtr>(); }
  Result<void> health() const override { return {}; }
  void probe(Probed done) override { done({}); }
  const JournalFigures& figures() const override { return figures_; }
  std::uint64_t retained_bytes() const override { return 0; }

  std::vector<std::string> said;

 private:
  JournalFigures figures_;
  static std::string name(const Update& update) {
    const std::string& topic = update.topics.front();
    return topic.substr(topic.rfind('/') + 1);
  }
  std::pair<Update, Appended> take() {
    MutexLock lock(mutex_);
    auto front = std::move(queue_.front());
    queue_.pop_front();
    return front;
  }

  Presence& presence_;
  mutable Mutex mutex_;
  std::deque<std::pair<Update, Appended>> queue_ CINNABAR_GUARDED_BY(mutex_);
  Position last_ = 0;
};

class AnnouncerTest : public ::testing::Test {
 protected:
  AnnouncerTest() {
    set_log_level(LogLevel::kError);
    loop_.start();
  }
  ~AnnouncerTest() override {
    on_loop(loop_, [this] { announcer_.stop(); });
    set_log_level(LogLevel::kInfo);
  }
  std::string start(const std::string& who, std::string_view payload = {}) {
    Update update = subscription_started(kPath, Matcher::exact("t"), who, payload);
    std::string topic = update.topics.front();
    announcer_.started(std::move(update));
    return topic;
  }
  bool retried() {
    return eventually(loop_, [this] { return journal_.waiting() > 0; });
  }
  using Said = std::vector<std::string>;

  Presence presence_{kPath};
  SlowJournal journal_{presence_};
  Loop loop_;
  Announcer announcer_{journal_, presence_, loop_};
};

TEST_F(AnnouncerTest, SaysWhatIs_ACT_1) {
  const std::string topic = start("a");
  journal_.commit();
  announcer_.ended(topic);
  journal_.commit();
  EXPECT_EQ(journal_.said, (Said{"+a", "-a"}));
  EXPECT_EQ(journal_.waiting(), 0U);
}

TEST_F(AnnouncerTest, AnEndWaitsForItsBeginning) {
  const std::string topic = start("a");
  announcer_.ended(topic);
  EXPECT_EQ(journal_.waiting(), 1U) << "the end is not under way before the start is known to be stored";
  journal_.commit();
  journal_.commit();
  EXPECT_EQ(journal_.said, (Said{"+a", "-a"}));
}

TEST_F(AnnouncerTest, WhatWasRefusedIsTriedAgain) {
  start("a");
  journal_.refuse();
  ASSERT_TRUE(retried());
  journal_.refuse();
  ASSERT_TRUE(retried());
  journal_.commit();
  EXPECT_EQ(journal_.said, Said{"+a"});
}

TEST_F(AnnouncerTest, WhatBecameVoidIsNotSaid) {
  const std::string a = start("a");
  announcer_.ended(a);
  journal_.refuse();
  const std::string b = start("b");
  journal_.refuse();
  announcer_.ended(b);
  start("c");
  journal_.commit();
  std::this_thread::sleep_for(std::chrono::milliseconds(1300));
  EXPECT_EQ(journal_.waiting(), 0U);
  EXPECT_EQ(journal_.said, Said{"+c"}) << "neither a nor b ever was";
}

TEST_F(AnnouncerTest, AnEndThatWasRefusedIsTriedAgain) {
  const std::string topic = start("a");
  journal_.commit();
  announcer_.ended(topic);
  journal_.refuse();
  ASSERT_TRUE(retried());
  journal_.commit();
  EXPECT_EQ(journal_.said, (Said{"+a", "-a"}));
}

TEST_F(AnnouncerTest, WhoIsBackBeforeTheEndIsStoredIsSaidAnew) {
  const std::string topic = start("a");
  journal_.commit();
  announcer_.ended(topic);
  start("a");
  journal_.commit();
  journal_.commit();
  EXPECT_EQ(journal_.said, (Said{"+a", "-a", "+a"}));
  EXPECT_NE(presence_.find(topic), nullptr);
}

TEST_F(AnnouncerTest, AStoppedJournalIsLeftAlone) {
  start("a");
  journal_.refuse(ErrorCode::kClosed);
  std::this_thread::sleep_for(std::chrono::milliseconds(1300));
  EXPECT_EQ(journal_.waiting(), 0U);
}

TEST_F(AnnouncerTest, WhatIsNotThereHasNoEnd) {
  announcer_.ended(kPath + "/exact/t/nobody");
  EXPECT_EQ(journal_.waiting(), 0U);
}

}  // namespace
}  // namespace cinnabar
