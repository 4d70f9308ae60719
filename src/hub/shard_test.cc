// SPDX-License-Identifier: Apache-2.0
#include "hub/shard.h"

#include <gtest/gtest.h>

#include <deque>

#include "base/blocking_pool.h"
#include "base/log.h"
#include "base/loop.h"
#include "hub/testing/fakes.h"

namespace cinnabar {
namespace {

using testing::eventually;
using testing::FakeJournal;
using testing::FakeSink;
using testing::on_loop;
using testing::Wire;

std::string sse(int id) { return "id: " + std::to_string(id) + "\ndata: x\n\n"; }

class ShardTest : public ::testing::Test {
 protected:
  ShardTest() {
    set_log_level(LogLevel::kError);
    loop_.start();
  }
  ~ShardTest() override {
    on_loop(loop_, [&] { shard_.reset(); });
    pool_.reset();
  }

  Shard& make(HubOptions options = {}) {
    options.ring_events = 8;
    shard_ = std::make_unique<Shard>(loop_, journal_, *pool_, options);
    return *shard_;
  }

  EventPtr store(int id, std::string topic = "a", bool is_private = false) {
    Update update;
    update.topics = {std::move(topic)};
    update.data = "x";
    update.id = std::to_string(id);
    update.is_private = is_private;
    return journal_.add(std::move(update));
  }
  void publish(int id, std::string topic = "a", bool is_private = false) {
    const EventPtr event = store(id, std::move(topic), is_private);
    shard_->push({&event, 1});
  }

  static SubscriberSpec spec(std::vector<std::string> topics, Cursor cursor = {}) {
    SubscriberSpec made;
    std::vector<Matcher> matchers;
    for (std::string& topic : topics) matchers.push_back(Matcher::exact(std::move(topic)));
    made.matchers = MatcherSet(std::move(matchers));
    made.cursor = cursor;
    return made;
  }
  static GrantsPtr grants(std::string topic) {
    GrantDetail detail;
    detail.subscribe = true;
    detail.matchers.push_back(Matcher::exact(std::move(topic)));
    return std::make_shared<Grants>(std::vector<GrantDetail>{detail});
  }

  // The wires outlive the shard, whose sinks write to them to the last.
  Wire& new_wire() { return wires_.emplace_back(); }

  Subscriber* join(Wire& wire, const SubscriberSpec& wanted) {
    Subscriber* made = nullptr;
    on_loop(loop_, [&] {
      made = &shard_->add(wanted, std::make_unique<FakeSink>(wire));
      shard_->start(*made);
    });
    return made;
  }
  bool receives(const Wire& wire, const std::string& text) {
    return eventually(loop_, [&] { return wire.text == text; });
  }

  std::deque<Wire> wires_;
  Loop loop_;
  FakeJournal journal_;
  std::unique_ptr<BlockingPool> pool_ = std::make_unique<BlockingPool>(2);
  std::unique_ptr<Shard> shard_;
};

TEST_F(ShardTest, SUB25_CommentThenLiveEvents) {
  make();
  Wire& wire = new_wire();
  join(wire, spec({"a"}));
  publish(1);
  publish(2, "b");
  publish(3);
  EXPECT_TRUE(receives(wire, ":\n" + sse(1) + sse(3))) << wire.text;
}

TEST_F(ShardTest, OPS_4_CountsWhatItSends) {
  make();
  Wire& wire = new_wire();
  Wire& late = new_wire();
  Subscriber* subscriber = join(wire, spec({"a"}));
  publish(1);
  publish(2, "b");
  ASSERT_TRUE(receives(wire, ":\n" + sse(1))) << wire.text;
  const ShardFigures& figures = shard_->figures();
  EXPECT_EQ(figures.events.value(), 1u);
  join(late, spec({"a", "b"}, {.from = Cursor::From::kEarliest}));
  ASSERT_TRUE(receives(late, ":\n" + sse(1) + sse(2))) << late.text;
  EXPECT_EQ(figures.streams.value(), 2u);
  EXPECT_EQ(figures.resumed.value(), 1u);
  EXPECT_EQ(figures.events.value(), 3u);
  EXPECT_EQ(figures.caught_up.value(), 2u);
  EXPECT_EQ(figures.bytes.value(), wire.text.size() + late.text.size());
  on_loop(loop_, [&] { shard_->remove(*subscriber, StreamEnd::kClientGone); });
  EXPECT_EQ(figures.ends[static_cast<std::size_t>(StreamEnd::kClientGone)].value(), 1u);
  EXPECT_EQ(figures.ring_events.value(), 2u);
  EXPECT_GT(figures.ring_bytes.value(), 0u);
  EXPECT_GE(figures.dispatch_lag.sum(), 1u);
}

TEST_F(ShardTest, SUB17_SeveralMatchingMatchersDeliverOnce) {
  make();
  Wire& wire = new_wire();
  join(wire, spec({"a", "b", "*"}));
  Update update;
  update.topics = {"a", "b"};
  update.data = "x";
  update.id = "1";
  const EventPtr event = journal_.add(update);
  shard_->push({&event, 1});
  publish(2, "c");
  EXPECT_TRUE(receives(wire, ":\n" + sse(1) + sse(2))) << wire.text;
}

TEST_F(ShardTest, AUTHZ3_PrivateOnlyWithGrant) {
  make();
  Wire& without = new_wire();
  Wire& with = new_wire();
  Wire& other = new_wire();
  SubscriberSpec granted = spec({"*"});
  granted.grants = grants("a");
  SubscriberSpec elsewhere = spec({"*"});
  elsewhere.grants = grants("b");
  join(without, spec({"*"}));
  join(with, granted);
  join(other, elsewhere);
  publish(1, "a", true);
  publish(2, "a");
  EXPECT_TRUE(receives(with, ":\n" + sse(1) + sse(2))) << with.text;
  EXPECT_TRUE(receives(without, ":\n" + sse(2))) << without.text;
  EXPECT_TRUE(receives(other, ":\n" + sse(2))) << other.text;
}

TEST_F(ShardTest, HIST4_ReplayFromJournalJoinsLiveWithoutGap) {
  std::string expected = ":\n";
  for (int i = 1; i <= 1000; ++i) store(i);
  make().preload({}, 1000);
  Wire& wire = new_wire();
  join(wire, spec({"a"}, {Cursor::From::kAfter, 10}));
  for (int i = 11; i <= 1000; ++i) expected += sse(i);
  for (int i = 1001; i <= 1500; ++i) {
    publish(i);
    expected += sse(i);
  }
  EXPECT_TRUE(receives(wire, expected));
  EXPECT_GT(journal_.reads(), 0U);
}

TEST_F(ShardTest, HIST5_ReplayIsAuthorizedAgainstThisToken) {
  store(1, "a", true);
  store(2, "a", false);
  store(3, "b", true);
  make().preload({}, 3);
  Wire& wire = new_wire();
  SubscriberSpec wanted = spec({"*"}, {Cursor::From::kEarliest, 0});
  wanted.grants = grants("b");
  join(wire, wanted);
  EXPECT_TRUE(receives(wire, ":\n" + sse(2) + sse(3))) << wire.text;
}

TEST_F(ShardTest, ReplayFromRingReadsNoJournal) {
  make();
  for (int i = 1; i <= 5; ++i) publish(i);
  Wire& wire = new_wire();
  join(wire, spec({"a"}, {Cursor::From::kAfter, 2}));
  EXPECT_TRUE(receives(wire, ":\n" + sse(3) + sse(4) + sse(5))) << wire.text;
  EXPECT_EQ(journal_.reads(), 0U);
}

TEST_F(ShardTest, CursorAheadOfThisShardIsNotRepeated) {
  make();
  const EventPtr first = store(1);
  Wire& wire = new_wire();
  join(wire, spec({"a"}, {Cursor::From::kAfter, 1}));
  shard_->push({&first, 1});  // another shard was quicker, and the client came from there
  publish(2);
  EXPECT_TRUE(receives(wire, ":\n" + sse(2))) << wire.text;
}

TEST_F(ShardTest, BlockedSubscriberResumesWhereItStopped) {
  make();
  Wire& wire = new_wire();
  Wire& other = new_wire();
  Subscriber* slow = join(wire, spec({"a"}));
  join(other, spec({"a"}));
  on_loop(loop_, [&] { wire.room = 2; });
  std::string expected = ":\n";
  for (int i = 1; i <= 100; ++i) {
    publish(i);
    expected += sse(i);
  }
  EXPECT_TRUE(receives(other, expected));  // CONN-6
  EXPECT_TRUE(receives(wire, ":\n" + sse(1) + sse(2))) << wire.text;
  on_loop(loop_, [&] {
    wire.room = 3;
    shard_->on_writable(*slow);
  });
  // The ring holds eight: these come from the journal.
  EXPECT_TRUE(receives(wire, ":\n" + sse(1) + sse(2) + sse(3) + sse(4) + sse(5))) << wire.text;
  on_loop(loop_, [&] {
    wire.room = std::size_t(-1);
    shard_->on_writable(*slow);
  });
  EXPECT_TRUE(receives(wire, expected));
  publish(101);
  EXPECT_TRUE(receives(wire, expected + sse(101)));
}

TEST_F(ShardTest, CONN5_StalledReaderIsAborted) {
  HubOptions options;
  options.dispatch_timeout = std::chrono::milliseconds(60);
  make(options);
  Wire& wire = new_wire();
  join(wire, spec({"a"}));
  on_loop(loop_, [&] { wire.room = 1; });
  publish(1);
  EXPECT_TRUE(eventually(loop_, [&] { return wire.destroyed; }));
  EXPECT_TRUE(wire.aborted);
  EXPECT_EQ(shard_->subscribers(), 0U);
}

TEST_F(ShardTest, CONN8_FallingOffHistoryCloses) {
  make();
  Wire& wire = new_wire();
  Subscriber* slow = join(wire, spec({"a"}));
  on_loop(loop_, [&] { wire.room = 1; });
  for (int i = 1; i <= 100; ++i) publish(i);
  EXPECT_TRUE(receives(wire, ":\n" + sse(1)));
  journal_.expire_before(90);
  on_loop(loop_, [&] {
    wire.room = 100;
    shard_->on_writable(*slow);
  });
  EXPECT_TRUE(eventually(loop_, [&] { return wire.destroyed; }));
  EXPECT_TRUE(wire.closed);
  EXPECT_EQ(wire.text, ":\n" + sse(1));
}

TEST_F(ShardTest, CONN1_HeartbeatWhenIdle) {
  HubOptions options;
  options.heartbeat = std::chrono::milliseconds(60);
  make(options);
  Wire& wire = new_wire();
  join(wire, spec({"a"}));
  EXPECT_TRUE(receives(wire, ":\n:\n:\n")) << wire.text;
}

TEST_F(ShardTest, CONN3_TokenExpiryCloses) {
  HubOptions options;
  options.heartbeat = options.write_timeout = Duration(0);
  make(options);
  Wire& wire = new_wire();
  SubscriberSpec wanted = spec({"a"});
  wanted.expires_ms = unix_now_ms() + 200;
  join(wire, wanted);
  EXPECT_TRUE(eventually(loop_, [&] { return wire.destroyed; }));
  EXPECT_TRUE(wire.closed);
  EXPECT_LE(unix_now_ms(), *wanted.expires_ms + 1000);
}

TEST_F(ShardTest, CONN2_WriteTimeoutCloses) {
  HubOptions options;
  options.write_timeout = std::chrono::milliseconds(100);
  options.dispatch_timeout = std::chrono::milliseconds(10);
  make(options);
  Wire& wire = new_wire();
  join(wire, spec({"a"}));
  EXPECT_TRUE(eventually(loop_, [&] { return wire.destroyed; }));
  EXPECT_TRUE(wire.closed);
}

TEST_F(ShardTest, CONN7_ClientFoundGoneOnWriteIsRemoved) {
  make();
  Wire& gone = new_wire();
  Wire& stays = new_wire();
  join(gone, spec({"a"}));
  join(stays, spec({"a"}));
  on_loop(loop_, [&] { gone.gone = true; });
  publish(1);
  EXPECT_TRUE(receives(stays, ":\n" + sse(1)));
  EXPECT_TRUE(gone.destroyed);
  EXPECT_EQ(shard_->subscribers(), 1U);
}

TEST_F(ShardTest, SubscriberMayLeaveDuringJournalRead) {
  for (int i = 1; i <= 2000; ++i) store(i);
  make().preload({}, 2000);
  Wire& wire = new_wire();
  on_loop(loop_, [&] {
    Subscriber& made =
        shard_->add(spec({"a"}, {Cursor::From::kEarliest, 0}), std::make_unique<FakeSink>(wire));
    shard_->start(made);
    shard_->remove(made, StreamEnd::kClientGone);
  });
  EXPECT_TRUE(eventually(loop_, [&] { return journal_.reads() > 0; }));
  Wire& next = new_wire();
  join(next, spec({"a"}, {Cursor::From::kAfter, 1999}));
  EXPECT_TRUE(receives(next, ":\n" + sse(2000)));
  EXPECT_EQ(wire.text, ":\n");
}

TEST_F(ShardTest, CONN9_DrainClosesAll) {
  make();
  std::vector<Wire> wires(50);
  for (Wire& wire : wires) join(wire, spec({"a"}));
  on_loop(loop_, [&] { shard_->drain(std::chrono::milliseconds(100)); });
  EXPECT_TRUE(eventually(loop_, [&] { return shard_->subscribers() == 0; }));
  for (const Wire& wire : wires) EXPECT_TRUE(wire.closed);
}

}  // namespace
}  // namespace cinnabar
