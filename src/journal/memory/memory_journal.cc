// SPDX-License-Identifier: Apache-2.0
#include "journal/memory/memory_journal.h"

#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "journal/batch_builder.h"
#include "journal/memory/history.h"

namespace cinnabar {
namespace {

/// Lock order: order_mutex_, then history_mutex_. The tail is called under the first only, so
/// that readers do not wait for it; `done` under none, so that it may append again.
class MemoryJournal final : public Journal {
 public:
  explicit MemoryJournal(const MemoryJournalOptions& options) : history_(options.retention) {}

  Result<void> start(JournalTail& tail) override {
    MutexLock order(order_mutex_);
    tail_ = &tail;
    return {};
  }

  void stop() override {
    MutexLock order(order_mutex_);
    tail_ = nullptr;
  }

  void append(Update update, Appended done) override {
    const Result<Position> result = commit(update);
    done(result);
  }

  Result<ReadBatch> read(Position from, const EventFilter& filter, const ReadLimits& limits) const override;

  Result<std::optional<Position>> find(std::string_view id) const override {
    MutexLock lock(history_mutex_);
    history_.expire(unix_now_ms());
    return history_.find(id);
  }

  JournalBounds bounds() const override {
    MutexLock lock(history_mutex_);
    history_.expire(unix_now_ms());
    return history_.bounds();
  }

  Result<std::vector<EventPtr>> open_subscriptions() const override { return std::vector<EventPtr>{}; }

  Result<void> health() const override {
    MutexLock order(order_mutex_);
    if (tail_ == nullptr) return closed();
    return {};
  }

  void probe(Probed done) override { done(health()); }

  const JournalFigures& figures() const override { return figures_; }

  std::uint64_t retained_bytes() const override {
    MutexLock lock(history_mutex_);
    return history_.bytes();
  }

 private:
  static Error closed() {
    return {ErrorCode::kClosed, "the memory journal is not running; it takes updates between start and stop"};
  }
  Result<Position> commit(const Update& update);

  JournalFigures figures_;
  mutable Mutex order_mutex_;
  JournalTail* tail_ CINNABAR_GUARDED_BY(order_mutex_) = nullptr;  ///< null: not running
  mutable Mutex history_mutex_;
  mutable History history_ CINNABAR_GUARDED_BY(history_mutex_);
};

Result<Position> MemoryJournal::commit(const Update& update) {
  const SteadyTime begun = steady_now();
  const std::shared_ptr<Event> made = Event::make(update);
  const EventPtr event = made;
  MutexLock order(order_mutex_);
  if (tail_ == nullptr) return closed();
  {
    MutexLock lock(history_mutex_);
    const std::int64_t now_ms = unix_now_ms();
    made->place(history_.next(), now_ms);
    history_.add(event, now_ms);
  }
  figures_.commit_duration.observe(steady_now() - begun);
  figures_.batch_events.observe(std::uint64_t{1});
  tail_->on_committed({&event, 1});
  return event->position();
}

Result<ReadBatch> MemoryJournal::read(Position from, const EventFilter& filter,
                                      const ReadLimits& limits) const {
  // Filters run unlocked, over a few events at a time, so that a long search delays no publisher.
  constexpr std::size_t kChunk = 256;
  BatchBuilder batch(from, limits);
  std::vector<EventPtr> chunk;
  while (!batch.full()) {
    chunk.clear();
    Position end = 0;
    {
      MutexLock lock(history_mutex_);
      history_.expire(unix_now_ms());
      const JournalBounds bounds = history_.bounds();
      if (batch.next() < bounds.first) {
        if (!batch.empty()) break;  // evicted while we read: the next read() will say so
        return Error{ErrorCode::kExpired, "position " + std::to_string(from) +
                                              " is no longer in history, which begins at " +
                                              std::to_string(bounds.first)};
      }
      if (batch.next() > bounds.last) break;
      end = history_.copy(batch.next(), kChunk, chunk);
    }
    for (EventPtr& event : chunk) {
      if (batch.full()) break;
      batch.skip_to(event->position());
      batch.examined();
      if (!filter || filter(event->routing())) batch.add(std::move(event));
    }
    if (!batch.full()) batch.skip_to(end);
  }
  return batch.take();
}

}  // namespace

std::unique_ptr<Journal> make_memory_journal(const MemoryJournalOptions& options) {
  return std::make_unique<MemoryJournal>(options);
}

}  // namespace cinnabar
