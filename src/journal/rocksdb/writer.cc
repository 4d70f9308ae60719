// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/writer.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "journal/rocksdb/keys.h"
#include "journal/rocksdb/record.h"
#include "journal/rocksdb/status.h"

namespace cinnabar::rocks {
namespace {

constexpr std::size_t kMaxBatchUpdates = 4096;
constexpr std::size_t kMaxBatchBytes = std::size_t{8} << 20;
/// Nobody is held back longer than this for the sake of others, and not longer than kPatience for
/// others who don't come.
constexpr Duration kLongestGather = std::chrono::milliseconds(1);
constexpr Duration kPatience = std::chrono::microseconds(150);
/// Between tries to mend the database; what is queued waits for the next one.
constexpr auto kRetryAfter = std::chrono::milliseconds(200);

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Writer::Writer(Store& store, bool sync, std::function<void()> on_growth)
    : store_(store), sync_(sync), on_growth_(std::move(on_growth)) {}

Result<void> Writer::start(JournalTail& tail) {
  {
    const Store::Lease use = store_.lease();
    if (!use) return store_.not_open();
    Result<std::vector<Closed>> closed = read_closed(store_, use);
    if (!closed) return closed.error();
    closed_ = std::move(*closed);
  }
  tail_ = &tail;
  {
    MutexLock lock(mutex_);
    running_ = true;
  }
  thread_ = std::thread([this] { run(); });
  return {};
}

void Writer::stop() {
  {
    MutexLock lock(mutex_);
    running_ = false;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Writer::append(Update update, Journal::Appended done) {
  if (update.id.find('\0') != std::string::npos) {
    done(Error{ErrorCode::kInvalid, "an id with a NUL cannot be stored; check ids before they are appended"});
    return;
  }
  std::string body = encode_record_body(update);
  {
    MutexLock lock(mutex_);
    if (running_) {
      queue_.push_back({std::move(update), std::move(body), std::move(done)});
      if (waiting_) {
        waiting_ = false;  // the first of a burst wakes the thread for all
        wake_.notify_one();
      } else if (enough_ != 0 && queue_.size() >= enough_) {
        enough_ = 0;
        wake_.notify_one();
      }
      return;
    }
  }
  done(not_running());
}

void Writer::probe(Journal::Probed done) {
  {
    MutexLock lock(mutex_);
    if (running_) {
      probes_.push_back(std::move(done));
      if (waiting_) {
        waiting_ = false;
        wake_.notify_one();
      }
      return;
    }
  }
  done(not_running());
}

Error Writer::not_running() const {
  return {ErrorCode::kClosed, store_.path() + ": the journal takes updates between start and stop only"};
}

Result<void> Writer::health() const {
  MutexLock lock(mutex_);
  if (failing_) return failure_;
  if (!running_) return not_running();
  return {};
}

void Writer::run() {
  std::vector<Entry> entries;
  std::vector<Journal::Probed> probes;
  while (take(entries, probes)) {
    if (failing_) mend();
    std::size_t done = 0;
    while (!failing_ && done < entries.size()) done += commit(entries, done);
    if (done < entries.size()) refuse(entries, done);
    // With a policy that does not sync each batch, its success says little about the disk.
    if (!probes.empty()) answer(probes, /*proven=*/sync_ && done != 0);
    entries.clear();
    probes.clear();
  }
}

/// `proven`: something was committed since the probes came, so nothing needs to be written for them.
void Writer::answer(std::vector<Journal::Probed>& probes, bool proven) {
  if (!failing_ && !proven) {
    Result<void> written;
    {
      const Store::Lease use = store_.lease();
      if (!use) {
        written = store_.not_open();
      } else if (const rocksdb::Status status = store_.probe(use); !status.ok()) {
        written = error_of(status, store_.path());
      }
    }
    if (!written) fail(written.error());
  }
  // Too little room is for the probes to say: an update that is small enough is taken all the same.
  Result<void> result = store_.check_room();
  if (failing_) {
    MutexLock lock(mutex_);
    result = failure_;
  }
  for (const Journal::Probed& done : probes) done(result);
}

/// Waits for updates or probes, or until a failing database is due for a try (then both may stay
/// empty). False: stopped, and nothing is queued.
bool Writer::take(std::vector<Entry>& out, std::vector<Journal::Probed>& probes) {
  {
    MutexLock lock(mutex_);
    while (running_ && !failing_ && queue_.empty() && probes_.empty()) {
      waiting_ = true;
      wake_.wait(mutex_);
    }
    while (running_ && failing_) {
      const auto left = retry_at_ - steady_now();
      if (left <= Duration::zero()) break;
      waiting_ = false;
      wake_.wait_for(mutex_, left);
    }
    waiting_ = false;
  }
  gather();
  MutexLock lock(mutex_);
  std::swap(out, queue_);
  std::swap(probes, probes_);
  return running_ || !out.empty() || !probes.empty();
}

/// Publishers that were answered together come back one after another. When the last batch served
/// several, let those arrive, beside the ones that came meanwhile: as long as somebody comes every
/// kPatience, and not longer than kLongestGather. A lone publisher never waits.
void Writer::gather() {
  if (last_batch_ < 2) return;
  const SteadyTime until = steady_now() + kLongestGather;
  MutexLock lock(mutex_);
  const std::size_t enough = std::min(queue_.size() + last_batch_, kMaxBatchUpdates);
  while (running_ && queue_.size() < enough) {
    const Duration left = until - steady_now();
    if (left <= Duration::zero()) break;
    const std::size_t before = queue_.size();
    enough_ = enough;
    wake_.wait_for(mutex_, std::min<Duration>(left, kPatience));
    if (queue_.size() == before) break;
  }
  enough_ = 0;
}

/// Commits or refuses one batch of `entries`, beginning at `from`. Returns its size.
std::size_t Writer::commit(std::vector<Entry>& entries, std::size_t from) {
  const Ledger& ledger = store_.ledger();
  const Position before = ledger.last.load(std::memory_order_relaxed);
  std::uint64_t written = ledger.written.load(std::memory_order_relaxed);
  std::uint64_t published = ledger.published.load(std::memory_order_relaxed);
  const std::int64_t time_ms = unix_now_ms();
  rocksdb::WriteBatch batch;
  events_.clear();
  Result<void> result;
  std::size_t count = 0;
  Duration took{};
  {
    const Store::Lease use = store_.lease();
    if (use) result = purge_closed(batch, store_, use, closed_);
    for (; from + count < entries.size() && count < kMaxBatchUpdates && batch.GetDataSize() < kMaxBatchBytes;
         ++count) {
      const Entry& entry = entries[from + count];
      const Position position = before + count + 1;
      events_.push_back(Event::make(entry.update, position, time_ms));
      if (!use) continue;
      const std::size_t size = enter(batch, use, entry, position, time_ms);
      if (entry.update.kind == UpdateKind::kPublished) {
        written += size;
        ++published;
      }
    }
    if (use && result) {
      batch.Put(use.meta(), slice(Store::kCommittedKey), Store::counters(before + count, written, published));
      rocksdb::WriteOptions options;
      options.sync = sync_;
      const SteadyTime begun = steady_now();
      const rocksdb::Status status = use.db().Write(options, &batch);
      took = steady_now() - begun;
      if (!status.ok()) result = error_of(status, store_.path());
    } else if (!use) {
      result = store_.not_open();
    }
  }
  last_batch_ = count;
  if (result) {
    note_closed();
    figures_.commit_duration.observe(took);
    figures_.batch_events.observe(std::uint64_t{count});
    const std::uint64_t others = count - (published - ledger.published.load(std::memory_order_relaxed));
    store_.ledger().written.store(written, std::memory_order_release);
    store_.ledger().published.store(published, std::memory_order_release);
    store_.ledger().subscriptions.fetch_add(others, std::memory_order_acq_rel);
    store_.ledger().last.store(before + count, std::memory_order_release);
    tail_->on_committed(events_);
    on_growth_();
  } else {
    fail(result.error());
  }
  for (std::size_t i = 0; i < count; ++i) {
    entries[from + i].done(result ? Result<Position>(before + i + 1) : Result<Position>(result.error()));
  }
  return count;
}

/// Adds one event to the batch. Returns its stored_bytes().
std::size_t Writer::enter(rocksdb::WriteBatch& batch, const Store::Lease& use, const Entry& entry,
                          Position position, std::int64_t time_ms) {
  const std::string head = encode_record_head(entry.update.is_private, entry.update.kind, time_ms);
  const PositionKey key = position_key(position);
  const rocksdb::Slice key_slice(key.data(), key.size());
  const std::array<rocksdb::Slice, 2> record = {slice(head), slice(entry.body)};
  batch.Put(use.events(), rocksdb::SliceParts(&key_slice, 1),
            rocksdb::SliceParts(record.data(), static_cast<int>(record.size())));
  batch.Put(use.ids(), slice(id_key(entry.update.id, position)), rocksdb::Slice());
  if (entry.update.kind != UpdateKind::kPublished) {
    log_subscription(batch, use, entry.update, position, record);
  }
  return stored_bytes(head.size() + entry.body.size(), entry.update.id.size());
}

/// The batch is stored: what it purged is gone, and what it ended is for the next one to purge.
void Writer::note_closed() {
  closed_.clear();
  for (const EventPtr& event : events_) {
    if (event->kind() != UpdateKind::kSubscriptionEnded) continue;
    closed_.push_back({std::string(event->topics().front()), event->position()});
  }
}

void Writer::refuse(std::vector<Entry>& entries, std::size_t from) {
  const Result<Position> why = health().error();
  for (; from < entries.size(); ++from) entries[from].done(why);
}

void Writer::mend() {
  if (const Result<void> mended = store_.revive(); !mended) {
    fail(mended.error());
    return;
  }
  failing_ = false;
  log_info("the journal takes updates again", {{"path", store_.path()}});
}

void Writer::fail(const Error& error) {
  figures_.failures.add();
  bool changed = false;
  {
    MutexLock lock(mutex_);
    changed = !failing_ || failure_.code != error.code;
    failure_ = error;
    failing_ = true;
  }
  retry_at_ = steady_now() + kRetryAfter;
  if (changed) log_error("the journal takes no updates now", {{"error", error.detail}});
}

}  // namespace cinnabar::rocks
