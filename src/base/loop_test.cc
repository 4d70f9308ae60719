// SPDX-License-Identifier: Apache-2.0
#include "base/loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <memory>
#include <thread>

namespace cinnabar {
namespace {

using std::chrono::milliseconds;

TEST(Loop, RunsPostsInOrderOnItsThread) {
  Loop loop;
  loop.start();
  std::vector<int> order;
  std::promise<void> done;
  for (int i = 0; i < 1000; ++i) {
    loop.post([&order, i, &loop] {
      EXPECT_TRUE(loop.on_this_thread());
      order.push_back(i);
    });
  }
  loop.post([&] { done.set_value(); });
  done.get_future().wait();
  ASSERT_EQ(order.size(), 1000U);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_FALSE(loop.on_this_thread());
}

TEST(Loop, TasksMayPostMore) {
  Loop loop;
  loop.start();
  std::promise<int> done;
  loop.post([&] { loop.post([&] { loop.at_turn_end([&] { done.set_value(42); }); }); });
  EXPECT_EQ(done.get_future().get(), 42);
}

TEST(Loop, PostsFromManyThreadsWakeItEachTime) {
  Loop loop;
  loop.start();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&loop] {
      for (int round = 0; round < 2000; ++round) {
        std::promise<void> done;
        loop.post([&done] { done.set_value(); });
        done.get_future().wait();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Loop, TurnsEndAfterWhatWasPosted) {
  Loop loop;
  loop.run_ready();
  std::string order;
  loop.at_turn_end([&] {
    order += 'e';
    loop.at_turn_end([&] { order += 'E'; });
  });
  loop.post([&] { order += 'p'; });
  EXPECT_EQ(loop.run_ready(), 3U);
  EXPECT_EQ(order, "peE");
}

struct CountingTimer final : Timer {
  void on_timer() override { fired.set_value(); }
  std::promise<void> fired;
};

TEST(Loop, FiresTimersWhileItSleeps) {
  Loop loop;
  CountingTimer timer;
  loop.timers().schedule(timer, steady_now() + milliseconds(30));
  loop.start();
  EXPECT_EQ(timer.fired.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST(Loop, TasksThatNeverRanAreLetGoWithIt) {
  const auto held = std::make_shared<int>(1);
  {
    Loop loop;
    loop.post([held] { FAIL(); });
    loop.at_turn_end([held] { FAIL(); });
  }
  EXPECT_EQ(held.use_count(), 1);
}

/// One end of a pair of sockets, watched; the other is the test's.
class Pair final : public Watched {
 public:
  explicit Pair(Loop& loop) : loop_(loop) {
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    fd = fds[0];
    other = fds[1];
    EXPECT_TRUE(loop_.watch(fd, *this));
  }
  ~Pair() {
    close();
    ::close(other);
  }
  void close() {
    if (fd < 0) return;
    loop_.forget(*this);
    ::close(fd);
    fd = -1;
  }
  void send() { EXPECT_EQ(::write(other, "x", 1), 1); }

  void on_edges(Edges edges) override {
    ++told;
    last = edges;
    if (then) then();
  }

  int fd = -1;
  int other = -1;
  int told = 0;
  Edges last;
  std::function<void()> then;

 private:
  Loop& loop_;
};

TEST(Loop, TellsOfEachEdgeOnce) {
  Loop loop;
  Pair pair(loop);
  loop.run_ready();
  EXPECT_EQ(pair.told, 1);
  EXPECT_TRUE(pair.last.writable);
  EXPECT_FALSE(pair.last.readable);
  loop.run_ready();
  EXPECT_EQ(pair.told, 1);
  pair.send();
  loop.run_ready();
  EXPECT_EQ(pair.told, 2);
  EXPECT_TRUE(pair.last.readable);
  EXPECT_FALSE(pair.last.ended);
  pair.send();  // nobody read the first: an edge all the same
  loop.run_ready();
  EXPECT_EQ(pair.told, 3);
  ::shutdown(pair.other, SHUT_WR);
  loop.run_ready();
  EXPECT_EQ(pair.told, 4);
  EXPECT_TRUE(pair.last.readable);
  EXPECT_TRUE(pair.last.ended);
}

TEST(Loop, TellsSoonWhoDidNotUseUpItsEdge) {
  Loop loop;
  Pair pair(loop);
  loop.run_ready();
  loop.tell_soon(pair);
  loop.tell_soon(pair);
  loop.run_ready();
  EXPECT_EQ(pair.told, 2);
  EXPECT_FALSE(pair.last.readable);
  EXPECT_FALSE(pair.last.writable);
  int again = 3;
  pair.then = [&] {
    if (--again > 0) loop.tell_soon(pair);
  };
  loop.tell_soon(pair);
  loop.run_ready();
  EXPECT_EQ(pair.told, 5);
}

TEST(Loop, WhoWasForgottenIsToldNothing) {
  Loop loop;
  Pair one(loop), two(loop);
  // Both are ready in the same turn; whoever is told first ends the other.
  one.then = [&] { two.close(); };
  two.then = [&] { one.close(); };
  loop.run_ready();
  EXPECT_EQ(one.told + two.told, 1);

  Pair three(loop), four(loop);
  loop.run_ready();
  three.then = [&] { four.close(); };
  four.then = [&] { three.close(); };
  loop.tell_soon(three);
  loop.tell_soon(four);
  loop.run_ready();
  EXPECT_EQ(three.told, 2);
  EXPECT_EQ(four.told, 1);
}

struct Successor final : Watched {
  void on_edges(Edges edges) override { readable |= edges.readable; }
  bool readable = false;
};

TEST(Loop, ASuccessorLearnsWhatIsReadyAlready) {
  Loop loop;
  Successor successor;
  Pair pair(loop);
  pair.send();
  loop.run_ready();
  loop.tell_soon(pair);
  loop.hand_over(pair.fd, pair, successor);
  loop.run_ready();
  EXPECT_EQ(pair.told, 1);
  EXPECT_TRUE(successor.readable);
  loop.forget(successor);
}

TEST(Loop, SaysWhenADescriptorCanNotBeWatched) {
  Loop loop;
  Successor watched;
  char path[] = "/tmp/cinnabar-loop-XXXXXX";
  const int file = ::mkstemp(path);
  ::unlink(path);
  EXPECT_FALSE(loop.watch(file, watched)) << "a regular file is always ready";
  ::close(file);
}

}  // namespace
}  // namespace cinnabar
