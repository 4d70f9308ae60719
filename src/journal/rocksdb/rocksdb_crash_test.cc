// SPDX-License-Identifier: Apache-2.0
// kill -9 at any moment: what was acknowledged is there, in order.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include "journal/journal_test_support.h"
#include "journal/rocksdb/rocksdb_journal.h"

namespace cinnabar {
namespace {

constexpr const char* kDirectoryVariable = "CINNABAR_JOURNAL_CRASH_TEST";

/// What a chain of publishes does in turn; the subscription that begins in one step ends in the next.
enum class Step { kPublish, kStart, kEnd };
Step step_of(int number) { return static_cast<Step>(number % 3); }

std::string id_of(pid_t process, int chain, int number) {
  return std::to_string(process) + ":" + std::to_string(chain) + ":" + std::to_string(number);
}

Update update_of(int chain, int number) {
  const std::string id = id_of(getpid(), chain, number);
  switch (step_of(number)) {
    case Step::kStart: return make_started(id, id);
    case Step::kEnd: return make_ended(id, id_of(getpid(), chain, number - 1));
    case Step::kPublish: break;
  }
  return make_update(id, std::string(500, 'x'));
}

/// The process to be killed: publishes for ever, and writes down what was acknowledged.
[[noreturn]] void publish_until_killed(const std::string& directory) {
  const int acknowledged = open((directory + "/acknowledged").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  // Limits, so that retention is at work when the end comes.
  auto journal =
      open_rocksdb_journal({.path = directory + "/db", .retention = {.count = 2000, .subscriptions = 500}});
  if (!journal || acknowledged < 0) _exit(1);
  RecordingTail tail;
  if (!(*journal)->start(tail)) _exit(1);
  std::function<void(int, int)> publish = [&](int chain, int number) {
    (*journal)->append(update_of(chain, number), [&, chain, number](const Result<Position>& result) {
      if (!result) _exit(1);
      const std::string line = std::to_string(*result) + " " + std::to_string(getpid()) + " " +
                               std::to_string(chain) + " " + std::to_string(number) + "\n";
      if (write(acknowledged, line.data(), line.size()) < 0) _exit(1);
      publish(chain, number + 1);
    });
  };
  for (int chain = 0; chain < 8; ++chain) publish(chain, 0);
  for (;;) pause();
}

/// Turns this program into that process when it was started as such. A fork alone would not do: RocksDB's
/// threads do not follow it.
class CrashChild final : public testing::Environment {
  void SetUp() override {
    if (const char* directory = std::getenv(kDirectoryVariable)) publish_until_killed(directory);
  }
};
const auto* const kCrashChild = testing::AddGlobalTestEnvironment(new CrashChild);

pid_t start_child(const std::string& directory) {
  const pid_t child = fork();
  if (child == 0) {
    if (const int nowhere = open("/dev/null", O_WRONLY); nowhere >= 0) dup2(nowhere, STDOUT_FILENO);
    std::array<char, 32> name{"journal-crash-child"};
    std::array<char*, 2> arguments{name.data(), nullptr};
    std::string environment = kDirectoryVariable;
    environment.append("=").append(directory);
    std::array<char*, 2> variables{environment.data(), nullptr};
    execve("/proc/self/exe", arguments.data(), variables.data());
    _exit(127);
  }
  return child;
}

struct Acknowledgement {
  Position position = 0;
  pid_t process = 0;
  int chain = 0;
  int number = 0;
};

std::vector<Acknowledgement> acknowledgements(const std::string& directory) {
  std::ifstream file(directory + "/acknowledged");
  std::vector<Acknowledgement> lines;
  Acknowledgement line;
  while (file >> line.position >> line.process >> line.chain >> line.number && file.get() == '\n') {
    lines.push_back(line);
  }
  return lines;
}

std::map<Position, std::string> all_ids(const Journal& journal) {
  std::map<Position, std::string> ids;
  Position from = journal.bounds().first;
  while (from <= journal.bounds().last) {
    const auto batch = journal.read(from, {}, {});
    if (!batch) {
      ADD_FAILURE() << batch.error().detail;
      break;
    }
    for (const EventPtr& event : batch->events) ids[event->position()] = event->id();
    from = batch->next;
  }
  return ids;
}

/// Everything acknowledged is where it was said to be, unless retention has dropped it. Returns how many are.
std::size_t check_events(const Journal& journal, const std::vector<Acknowledgement>& lines) {
  const JournalBounds bounds = journal.bounds();
  const auto ids = all_ids(journal);
  std::size_t found = 0;
  for (const auto& [position, process, chain, number] : lines) {
    EXPECT_LE(position, bounds.last);
    const auto id = ids.find(position);
    if (id != ids.end()) {
      EXPECT_EQ(id->second, id_of(process, chain, number));
      ++found;
    } else if (position >= bounds.first) {
      EXPECT_TRUE(step_of(number) != Step::kPublish && position < bounds.subscriptions_first)
          << "position " << position << " is missing";
    }
  }
  return found;
}

/// What was acknowledged to have ended is not open; what `killed` was acknowledged to have started is, unless
/// its end was on the way.
void check_open(const Journal& journal, const std::vector<Acknowledgement>& lines, pid_t killed) {
  const std::vector<std::string> topics = open_topics(journal);
  const std::set<std::string> open(topics.begin(), topics.end());
  EXPECT_EQ(open.size(), topics.size());
  std::set<std::string> ended;
  for (const auto& [position, process, chain, number] : lines) {
    if (step_of(number) == Step::kEnd) ended.insert(id_of(process, chain, number - 1));
  }
  for (const auto& [position, process, chain, number] : lines) {
    if (step_of(number) != Step::kStart) continue;
    const std::string topic = id_of(process, chain, number);
    if (ended.contains(topic)) {
      EXPECT_FALSE(open.contains(topic)) << topic;
    } else if (process == killed) {
      const bool ends = journal.find(id_of(process, chain, number + 1)).value().has_value();
      EXPECT_EQ(open.contains(topic), !ends) << topic;
    }
  }
}

TEST(RocksdbCrash, EverythingAcknowledgedSurvivesKill9) {
  const TempDirectory directory;
  std::size_t checked = 0;
  std::srand(static_cast<unsigned>(getpid()));
  for (int round = 0; round < 6; ++round) {
    const std::size_t before = acknowledgements(directory.path()).size();
    const pid_t child = start_child(directory.path());
    ASSERT_GT(child, 0);
    ASSERT_TRUE(eventually([&] { return acknowledgements(directory.path()).size() > before; }));
    std::this_thread::sleep_for(std::chrono::microseconds(std::rand() % 300'000));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";

    auto opened = open_rocksdb_journal({.path = directory.path() + "/db", .retention = {}});
    ASSERT_TRUE(opened.ok()) << opened.error().detail;
    const Journal& journal = **opened;
    const auto lines = acknowledgements(directory.path());
    checked += check_events(journal, lines);
    check_open(journal, lines, child);
    if (HasFailure()) return;
  }
  EXPECT_GT(checked, 0u);
}

}  // namespace
}  // namespace cinnabar
