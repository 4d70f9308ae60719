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
#include <thread>

#include "journal/journal_test_support.h"
#include "journal/rocksdb/rocksdb_journal.h"

namespace cinnabar {
namespace {

constexpr const char* kDirectoryVariable = "CINNABAR_JOURNAL_CRASH_TEST";

/// The process to be killed: publishes for ever, and writes down what was acknowledged.
[[noreturn]] void publish_until_killed(const std::string& directory) {
  const int acknowledged = open((directory + "/acknowledged").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  // A limit, so that retention is at work when the end comes.
  auto journal = open_rocksdb_journal({.path = directory + "/db", .retention = {.count = 2000}});
  if (!journal || acknowledged < 0) _exit(1);
  RecordingTail tail;
  if (!(*journal)->start(tail)) _exit(1);
  std::function<void(std::string)> publish = [&](const std::string& id) {
    (*journal)->append(make_update(id, std::string(500, 'x')), [&, id](const Result<Position>& result) {
      if (!result) _exit(1);
      const std::string line = std::to_string(*result) + " " + id + "\n";
      if (write(acknowledged, line.data(), line.size()) < 0) _exit(1);
      publish(std::to_string(getpid()) + ":" + std::to_string(*result));
    });
  };
  for (int i = 0; i < 8; ++i) publish(std::to_string(getpid()) + ":start:" + std::to_string(i));
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

std::vector<std::pair<Position, std::string>> acknowledgements(const std::string& directory) {
  std::ifstream file(directory + "/acknowledged");
  std::vector<std::pair<Position, std::string>> lines;
  Position position = 0;
  std::string id;
  while (file >> position >> id && file.get() == '\n') lines.emplace_back(position, id);
  return lines;
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
    const JournalBounds bounds = journal.bounds();
    const auto ids = read_ids(journal, bounds.first);
    ASSERT_EQ(ids.size(), bounds.last + 1 - bounds.first);
    for (const auto& [position, id] : acknowledgements(directory.path())) {
      ASSERT_LE(position, bounds.last);
      if (position < bounds.first) continue;  // dropped by retention
      ASSERT_EQ(ids[position - bounds.first], id);
      ++checked;
    }
  }
  EXPECT_GT(checked, 0u);
}

}  // namespace
}  // namespace cinnabar
