// SPDX-License-Identifier: Apache-2.0
#include "app/admin/health.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/loop.h"

namespace cinnabar {
namespace {

/// A journal that answers probes when the test says so.
class ProbedJournal final : public Journal {
 public:
  void probe(Probed done) override {
    MutexLock lock(mutex_);
    ++probes_;
    waiting_.push_back(std::move(done));
  }
  std::size_t probes() const {
    MutexLock lock(mutex_);
    return probes_;
  }
  void answer(const Result<void>& result) {
    std::vector<Probed> waiting;
    {
      MutexLock lock(mutex_);
      waiting.swap(waiting_);
    }
    for (const Probed& done : waiting) done(result);
  }

  Result<void> start(JournalTail&) override { return {}; }
  void stop() override {}
  void append(Update, Appended) override {}
  Result<ReadBatch> read(Position, const EventFilter&, const ReadLimits&) const override {
    return ReadBatch{};
  }
  Result<std::optional<Position>> find(std::string_view) const override { return std::optional<Position>(); }
  JournalBounds bounds() const override { return {}; }
  Result<std::vector<EventPtr>> open_subscriptions() const override { return std::vector<EventPtr>(); }
  Result<void> health() const override { return {}; }
  const JournalFigures& figures() const override { return figures_; }
  std::uint64_t retained_bytes() const override { return 0; }

 private:
  JournalFigures figures_;
  mutable Mutex mutex_;
  std::vector<Probed> waiting_ CINNABAR_GUARDED_BY(mutex_);
  std::size_t probes_ CINNABAR_GUARDED_BY(mutex_) = 0;
};

const Error kFull{ErrorCode::kNoSpace, "full"};

class HealthCheckTest : public testing::Test {
 protected:
  HealthCheckTest() {
    set_log_level(LogLevel::kOff);
    loop_.start();
  }
  ~HealthCheckTest() override {
    journal_.answer({});
    std::promise<void> settled;
    loop_.post([&] { settled.set_value(); });
    settled.get_future().wait();
    loop_.stop();
    loop_.join();
    set_log_level(LogLevel::kInfo);
  }

  std::future<HealthState> ask(HealthCheck& check) {
    auto answer = std::make_shared<std::promise<HealthState>>();
    std::promise<void> asked;
    loop_.post([&, answer] {
      check.ask(loop_, [answer](const HealthState& state) { answer->set_value(state); });
      asked.set_value();
    });
    asked.get_future().wait();
    return answer->get_future();
  }
  static bool waits(const std::future<HealthState>& answer) {
    return answer.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout;
  }

  Loop loop_;
  ProbedJournal journal_;
};

TEST_F(HealthCheckTest, OPS_1_WhoAsksTogetherSharesAProbe) {
  HealthCheck check(journal_, std::chrono::seconds(60));
  auto one = ask(check);
  auto other = ask(check);
  EXPECT_TRUE(waits(one));
  EXPECT_EQ(journal_.probes(), 1u);
  journal_.answer({});
  EXPECT_TRUE(one.get().ready);
  EXPECT_TRUE(other.get().ready);
  EXPECT_TRUE(ask(check).get().ready);  // known for a second
  EXPECT_EQ(journal_.probes(), 1u);
}

TEST_F(HealthCheckTest, OPS_1_WhatFailsIsNotReadyAndAliveForAWhile) {
  HealthCheck check(journal_, std::chrono::milliseconds(300));
  auto answer = ask(check);
  journal_.answer(kFull);
  const HealthState state = answer.get();
  EXPECT_FALSE(state.ready);
  EXPECT_EQ(state.why_not_ready, "the history cannot be written now");
  EXPECT_TRUE(state.live);
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  EXPECT_FALSE(ask(check).get().live);
}

TEST_F(HealthCheckTest, OPS_1_WithoutGraceItNeverDies) {
  HealthCheck check(journal_, Duration::zero());
  auto answer = ask(check);
  journal_.answer(kFull);
  EXPECT_TRUE(answer.get().live);
}

TEST_F(HealthCheckTest, OPS_1_AStuckDiskIsFoundInTime) {
  HealthCheck check(journal_, std::chrono::seconds(60));
  const SteadyTime begun = steady_now();
  auto answer = ask(check);
  ASSERT_EQ(answer.wait_for(HealthCheck::kPatience + std::chrono::seconds(5)), std::future_status::ready);
  EXPECT_GE(steady_now() - begun, HealthCheck::kPatience);
  EXPECT_FALSE(answer.get().ready);
  EXPECT_FALSE(ask(check).get().ready);  // at once, and without another probe
  EXPECT_EQ(journal_.probes(), 1u);
  journal_.answer({});
  EXPECT_TRUE(ask(check).get().ready);
}

TEST_F(HealthCheckTest, OPS_1_StoppingIsNotReadyAtOnce) {
  HealthCheck check(journal_, std::chrono::seconds(60));
  check.begin_stop();
  const HealthState state = ask(check).get();
  EXPECT_FALSE(state.ready);
  EXPECT_TRUE(state.live);
  EXPECT_EQ(state.why_not_ready, "the hub is stopping");
  EXPECT_EQ(journal_.probes(), 0u);
}

}  // namespace
}  // namespace cinnabar
