// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/loop.h"
#include "hub/event_sink.h"
#include "journal/journal.h"

namespace cinnabar::testing {

/// A journal that holds what the test puts there. Threads: guarded, as a journal must be.
class FakeJournal final : public Journal {
 public:
  EventPtr add(Update update) {
    MutexLock lock(mutex_);
    events_.push_back(Event::make(update, events_.size() + 1, 0));
    return events_.back();
  }
  void expire_before(Position first) {
    MutexLock lock(mutex_);
    first_ = first;
  }
  std::size_t reads() const {
    MutexLock lock(mutex_);
    return reads_;
  }

  Result<void> start(JournalTail&) override { return {}; }
  void stop() override {}
  void append(Update, Appended) override {}
  Result<ReadBatch> read(Position from, const EventFilter& filter, const ReadLimits& limits) const override {
    MutexLock lock(mutex_);
    ++reads_;
    if (from < first_) return Error{ErrorCode::kExpired, "gone"};
    ReadBatch batch;
    batch.next = from;
    while (batch.next <= events_.size() && batch.events.size() < limits.events) {
      const EventPtr& event = events_[batch.next++ - 1];
      if (!filter || filter(event->routing())) batch.events.push_back(event);
    }
    return batch;
  }
  Result<std::optional<Position>> find(std::string_view) const override { return std::optional<Position>{}; }
  JournalBounds bounds() const override {
    MutexLock lock(mutex_);
    return {first_, events_.size()};
  }
  Result<std::vector<EventPtr>> open_subscriptions() const override { return std::vector<EventPtr>{}; }
  Result<void> health() const override { return {}; }
  void probe(Probed done) override { done({}); }
  const JournalFigures& figures() const override { return figures_; }
  std::uint64_t retained_bytes() const override { return 0; }

 private:
  JournalFigures figures_;
  mutable Mutex mutex_;
  std::vector<EventPtr> events_ CINNABAR_GUARDED_BY(mutex_);
  Position first_ CINNABAR_GUARDED_BY(mutex_) = 1;
  mutable std::size_t reads_ CINNABAR_GUARDED_BY(mutex_) = 0;
};

/// What a fake wire received and how it ended. Outlives the sink.
struct Wire {
  std::string text;
  std::size_t room = std::size_t(-1);  ///< buffers it still takes before it blocks
  bool gone = false;                   ///< the next write finds the client gone
  bool closed = false;
  bool aborted = false;
  bool destroyed = false;
};

class FakeSink final : public EventSink {
 public:
  explicit FakeSink(Wire& wire) : wire_(wire) {}
  ~FakeSink() override { wire_.destroyed = true; }
  Outcome write(BufferSpan buffers) override {
    if (wire_.gone) return {0, State::kClosed};
    std::size_t taken = 0;
    for (; taken < buffers.size() && wire_.room > 0; ++taken, --wire_.room)
      wire_.text += buffers[taken]->body();
    return {taken, wire_.room == 0 ? State::kBlocked : State::kReady};
  }
  void close() override { wire_.closed = true; }
  void abort() override { wire_.aborted = true; }

 private:
  Wire& wire_;
};

/// Runs `work` on the loop and waits for it.
inline void on_loop(Loop& loop, const std::function<void()>& work) {
  std::promise<void> done;
  loop.post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

/// Asks on the loop until the answer is yes. False after ten seconds.
inline bool eventually(Loop& loop, const std::function<bool()>& holds) {
  for (int i = 0; i < 2000; ++i) {
    bool yes = false;
    on_loop(loop, [&] { yes = holds(); });
    if (yes) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

}  // namespace cinnabar::testing
