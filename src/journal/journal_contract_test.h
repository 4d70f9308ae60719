// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>

#include "journal/journal.h"
#include "journal/journal_test_support.h"

namespace cinnabar {

/// A kind of journal for the suite below.
struct JournalKind {
  std::string name;
  /// Opens one; what it keeps on disk belongs below `directory`.
  std::unique_ptr<Journal> (*open)(const Retention& retention, const std::string& directory);
};

inline std::ostream& operator<<(std::ostream& out, const JournalKind& kind) { return out << kind.name; }

/// What journal.h promises. Every journal instantiates it:
///
///   INSTANTIATE_TEST_SUITE_P(Memory, JournalContract, testing::Values(JournalKind{…}));
class JournalContract : public testing::TestWithParam<JournalKind> {
 protected:
  /// Opens and starts a journal with `tail_`.
  Journal& open(const Retention& retention = {});
  void TearDown() override;

  TempDirectory directory_;
  RecordingTail tail_;
  std::unique_ptr<Journal> journal_;
};

}  // namespace cinnabar
