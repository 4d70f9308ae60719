// SPDX-License-Identifier: Apache-2.0
// What the tests of journals share: see journal_test_support.h.
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <future>
#include <mutex>
#include <thread>

#include "journal/journal_test_support.h"

namespace cinnabar {

TempDirectory::TempDirectory() {
  path_ = (std::filesystem::temp_directory_path() / "cinnabar-journal-XXXXXX").string();
  if (mkdtemp(path_.data()) == nullptr) ADD_FAILURE() << "cannot make " << path_;
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void RecordingTail::on_committed(std::span<const EventPtr> events) {
  EXPECT_FALSE(inside_.exchange(true)) << "the tail is called concurrently";
  {
    MutexLock lock(mutex_);
    ++batches_;
    events_.insert(events_.end(), events.begin(), events.end());
  }
  last_ = events.back()->position();
  inside_ = false;
}

std::vector<EventPtr> RecordingTail::events() const {
  MutexLock lock(mutex_);
  return events_;
}

std::size_t RecordingTail::batches() const {
  MutexLock lock(mutex_);
  return batches_;
}

Update make_update(const std::string& id, const std::string& data) {
  Update update;
  update.topics = {"https://example.com/" + id, "https://example.com/all"};
  update.data = data;
  update.id = id;
  return update;
}

Update make_started(const std::string& id, const std::string& topic) {
  Update update = make_update(id);
  update.topics = {topic};
  update.is_private = true;
  update.kind = UpdateKind::kSubscriptionStarted;
  return update;
}

Update make_ended(const std::string& id, const std::string& topic) {
  Update update = make_started(id, topic);
  update.kind = UpdateKind::kSubscriptionEnded;
  return update;
}

Result<Position> append_and_wait(Journal& journal, Update update) {
  std::mutex mutex;
  std::condition_variable answered;
  std::optional<Result<Position>> answer;
  journal.append(std::move(update), [&](const Result<Position>& result) {
    const std::lock_guard lock(mutex);
    EXPECT_FALSE(answer.has_value()) << "answered twice";
    answer = result;
    answered.notify_one();
  });
  std::unique_lock lock(mutex);
  answered.wait(lock, [&] { return answer.has_value(); });
  return *answer;
}

Result<void> probe_and_wait(Journal& journal) {
  std::promise<Result<void>> answer;
  journal.probe([&](const Result<void>& result) { answer.set_value(result); });
  return answer.get_future().get();
}

void append_all(Journal& journal, const std::vector<std::string>& ids, std::size_t data_size) {
  std::vector<Update> updates;
  for (const std::string& id : ids) updates.push_back(make_update(id, std::string(data_size, 'x')));
  append_updates(journal, updates);
}

void append_updates(Journal& journal, const std::vector<Update>& updates) {
  std::mutex mutex;
  std::condition_variable answered;
  std::size_t left = updates.size();
  for (const Update& update : updates) {
    journal.append(update, [&](const Result<Position>& result) {
      EXPECT_TRUE(result.ok()) << result.error().detail;
      const std::lock_guard lock(mutex);
      if (--left == 0) answered.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  answered.wait(lock, [&] { return left == 0; });
}

std::vector<std::string> read_ids(const Journal& journal, Position from, const EventFilter& filter,
                                  const ReadLimits& limits) {
  std::vector<std::string> ids;
  for (;;) {
    const auto batch = journal.read(from, filter, limits);
    if (!batch) {
      ADD_FAILURE() << batch.error().detail;
      return ids;
    }
    for (const EventPtr& event : batch->events) ids.emplace_back(event->id());
    if (batch->next == from) return ids;
    from = batch->next;
  }
}

std::vector<std::string> open_topics(const Journal& journal) {
  std::vector<std::string> topics;
  const auto open = journal.open_subscriptions();
  if (!open) {
    ADD_FAILURE() << open.error().detail;
    return topics;
  }
  for (const EventPtr& event : *open) {
    EXPECT_EQ(event->kind(), UpdateKind::kSubscriptionStarted);
    topics.emplace_back(event->topics().front());
  }
  return topics;
}

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 6000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace cinnabar
