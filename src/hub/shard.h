// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "hub/figures.h"
#include "hub/grant_table.h"
#include "hub/options.h"
#include "hub/ring.h"
#include "hub/subscriber.h"
#include "hub/subscriber_index.h"
#include "journal/journal.h"

namespace cinnabar {

class BlockingPool;
class Loop;
class Registrar;

/// A question about one subscriber.
using SubscriberTest = std::function<bool(const Subscriber&)>;

/// The subscribers of one loop: their index, their timers, and the newest events.
///
/// Live delivery and replay are the same thing, a cursor that moves over the journal (see
/// docs/architecture.md). A subscriber is fed from the ring when its next event is there, else from
/// the journal; once it has everything up to head() it is live. Since all of that happens on one
/// loop, the join has no gap and no repeat (HIST-4).
///
/// Lifetime: the loop has stopped, or nothing is posted any more, when it is destroyed.
/// Threads: push() from the journal's thread; everything else on the loop.
class Shard {
 public:
  /// `registrar`: null, unless subscriptions are announced.
  Shard(Loop& loop, const Journal& journal, BlockingPool& pool, const HubOptions& options,
        Registrar* registrar = nullptr);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  /// Before any other use: events that are already in the journal, oldest first, and its last position.
  void preload(std::span<const EventPtr> events, Position head);

  /// Hands over committed events, in order. They are delivered in the loop's next turn.
  void push(std::span<const EventPtr> events);

  /// Registers a subscriber, so that nothing committed from now on is missed (SUB-26). Nothing is
  /// written before start(). The reference is good until remove(), or until the shard ends the
  /// subscriber, which destroys its sink.
  Subscriber& add(const SubscriberSpec& spec, std::unique_ptr<EventSink> sink);
  /// Writes the opening comment (SUB-25), then what the cursor asks for. May end the subscriber.
  void start(Subscriber& subscriber);
  /// The sink has room again.
  void on_writable(Subscriber& subscriber);
  /// Ends, cleanly, every subscriber that the test is true of.
  void disconnect(const SubscriberTest& unwanted);
  /// The client is gone; destroys the subscriber and its sink. `may_return`: it may come back within the
  /// grace.
  void remove(Subscriber& subscriber, StreamEnd end, bool may_return = true);

  /// Ends every subscriber at a random moment within `spread` (CONN-9).
  void drain(Duration spread);

  std::size_t subscribers() const { return count_.load(std::memory_order_relaxed); }  ///< any thread
  const ShardFigures& figures() const { return figures_; }                            ///< any thread
  Loop& loop() const { return loop_; }

 private:
  friend class Subscriber;

  enum class Sent { kAll, kBlocked, kGone };

  void attend();
  void enroll(Subscriber& subscriber, const SubscriberSpec& spec);
  void announce(Subscriber& subscriber);
  void receive();
  void deliver(std::span<const EventPtr> events);
  void write_batch(std::span<const EventPtr> events);
  /// Writes events, `positions` being theirs; `after` is where to go on when all were taken.
  Sent send(Subscriber& subscriber, BufferSpan buffers, std::span<const Position> positions, Position after);
  /// The same for one who is behind the head.
  Sent send_behind(Subscriber& subscriber, BufferSpan buffers, std::span<const Position> positions,
                   Position after);
  /// The same with the comment that opens a stream and keeps it alive.
  Sent send_comment(Subscriber& subscriber, Position after);
  Sent conclude(Subscriber& subscriber, const EventSink::Outcome& outcome,
                std::span<const Position> positions, Position after);

  void pump(Subscriber& subscriber);
  Sent pump_ring(Subscriber& subscriber);
  bool wants(Subscriber& subscriber, const Event& event) const;
  CatchUp& catch_up(Subscriber& subscriber);
  void read_journal(Subscriber& subscriber);
  void issue_read(const std::shared_ptr<CatchUp>& work, Position from);
  void on_read(const std::shared_ptr<CatchUp>& work, Result<ReadBatch> result);
  bool missed_something(const Subscriber& subscriber) const;

  void on_timer(Subscriber& subscriber);
  void schedule(Subscriber& subscriber);
  void plan_close(Subscriber& subscriber, const SubscriberSpec& spec);
  void close(Subscriber& subscriber, StreamEnd end, bool may_return = true);
  void abort(Subscriber& subscriber, StreamEnd end);

  Loop& loop_;
  const Journal& journal_;
  BlockingPool& pool_;
  const HubOptions options_;
  Registrar* const registrar_;

  SubscriberIndex index_;
  GrantTable grants_;
  // After what a subscriber leaves when it is destroyed.
  std::vector<std::unique_ptr<Subscriber>> subscribers_;
  std::atomic<std::size_t> count_ = 0;
  ShardFigures figures_;
  Ring ring_;
  Position head_ = 0;  ///< the newest event that was delivered
  std::minstd_rand random_;

  // Journal reads are few at a time, so that what they bring does not pile up in memory.
  std::size_t reads_ = 0;
  std::deque<std::shared_ptr<CatchUp>> waiting_reads_;

  // Scratch of deliver(): the events due to each subscriber, as linked lists in one vector.
  struct Due {
    std::uint32_t event;
    std::uint32_t next;
  };
  std::vector<Due> due_;
  std::vector<Subscriber*> touched_;
  std::vector<const SharedBytes*> buffers_;
  std::vector<Position> positions_;

  Mutex mutex_;
  std::vector<EventPtr> inbox_ CINNABAR_GUARDED_BY(mutex_);
  std::size_t inbox_bytes_ CINNABAR_GUARDED_BY(mutex_) = 0;
  bool attended_ CINNABAR_GUARDED_BY(mutex_) = false;  ///< there is, or soon will be, a subscriber
  bool waking_ CINNABAR_GUARDED_BY(mutex_) = false;    ///< a receive() is posted
  SteadyTime woken_at_ CINNABAR_GUARDED_BY(mutex_);    ///< when it was
  std::vector<EventPtr> received_;
};

}  // namespace cinnabar
