// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "journal/figures.h"
#include "protocol/event.h"
#include "protocol/update.h"

namespace cinnabar {

/// Receives every committed event, once, in the one order.
class JournalTail {
 public:
  virtual ~JournalTail() = default;
  /// Called from a journal thread, never concurrently with itself. Must not block and must not
  /// call back into the journal.
  virtual void on_committed(std::span<const EventPtr> events) = 0;
};

/// Retained history: the events at first..last. Empty when first == last + 1.
struct JournalBounds {
  Position first = 1;  ///< oldest event still readable
  Position last = 0;   ///< newest committed event; 0: none ever
  /// Of the events on subscriptions, none from here on was dropped by Retention::subscriptions. Those before
  /// may be missing between others, so that who depends on them cannot be served from before here.
  Position subscriptions_first = 1;
};

/// What to keep. 0 means no limit.
struct Retention {
  std::uint64_t count = 0;
  std::int64_t age_ms = 0;
  std::uint64_t bytes = 0;
  /// Of the hub's own events on subscriptions, which `count` and `bytes` do not count: a busy presence evicts
  /// nobody's updates.
  std::uint64_t subscriptions = 0;
};

/// How much one read() may do, whichever is reached first. At least one event is examined.
struct ReadLimits {
  std::size_t events = 512;                     ///< events returned
  std::size_t bytes = std::size_t{256} * 1024;  ///< Event::footprint() summed
  std::size_t examined = 20'000;                ///< events offered to the filter
};

struct ReadBatch {
  std::vector<EventPtr> events;  ///< those the filter wanted, in order
  Position next = 0;             ///< the first position that was not examined
};

/// The ordered, durable log that a hub is built on. Whatever shares one journal is one hub.
///
/// Lifetime: constructed by its factory, start()ed once with its tail, stop()ped before
/// destruction. Threads: all functions from any thread; see each for blocking.
class Journal {
 public:
  /// Called once for each append: the position, or why it is not in the journal (kNoSpace,
  /// kUnavailable: may pass; kClosed: stopping; kInternal). From a journal thread, or from within
  /// append() itself; must not block. By then the tail has seen the event.
  using Appended = std::function<void(const Result<Position>&)>;

  virtual ~Journal() = default;

  /// Begins to accept appends and to feed `tail` (which must outlive stop()).
  virtual Result<void> start(JournalTail& tail) = 0;
  /// Commits or refuses what is queued, flushes, and ends the journal's threads. Blocks. After
  /// it, append() answers kClosed.
  virtual void stop() = 0;

  /// Gives `update` the next place in the order and makes it durable as configured. Does not
  /// block; encodes on the calling thread. REQUIRES: !update.id.empty()
  virtual void append(Update update, Appended done) = 0;

  /// Reads committed events from `from` on, in order, those that `filter` wants (empty: all).
  /// Errors: kExpired when `from` is before bounds().first; kCorrupt; kUnavailable.
  /// `from` beyond the last event gives an empty batch. May block: not for loops.
  virtual Result<ReadBatch> read(Position from, const EventFilter& filter,
                                 const ReadLimits& limits) const = 0;

  /// The earliest retained event with this id (HIST-11), without scanning (HIST-14).
  /// May block: not for loops.
  virtual Result<std::optional<Position>> find(std::string_view id) const = 0;

  /// Never blocks.
  virtual JournalBounds bounds() const = 0;

  /// The kSubscriptionStarted events whose subscription has not ended, in the order of their positions,
  /// however long ago they were and whatever retention has dropped: what a hub that was killed has left open.
  /// To be called before start(). May block.
  virtual Result<std::vector<EventPtr>> open_subscriptions() const = 0;

  /// ok, or why the journal could not commit when it last tried. Never blocks.
  virtual Result<void> health() const = 0;

  /// Told once whether the journal can commit: ok, or why not, as with Appended. From a journal thread, or
  /// from within probe() itself; must not block.
  using Probed = std::function<void(const Result<void>&)>;
  /// Finds out, by writing something that is no event the way of the events, sync included, whether an append
  /// would succeed now. Does not block. On a disk that does not answer, `done` waits as an append would.
  virtual void probe(Probed done) = 0;

  /// Good as long as the journal is.
  virtual const JournalFigures& figures() const = 0;
  /// What Retention::bytes is compared with. Never blocks for long.
  virtual std::uint64_t retained_bytes() const = 0;
};

}  // namespace cinnabar
