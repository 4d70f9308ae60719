// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace cinnabar {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

/// What is written to standard error meanwhile.
class Captured {
 public:
  Captured() { testing::internal::CaptureStderr(); }
  std::string take() { return testing::internal::GetCapturedStderr(); }
};

TEST(Log, IsOneLineAnEvent_OPS_5) {
  Captured captured;
  log_info("hello", {{"name", "a\"b\nc"}, {"count", 3}, {"yes", true}});
  log_debug("not shown");
  const std::string text = captured.take();
  EXPECT_THAT(text, EndsWith("Z info hello name=\"a\\\"b\\x0ac\" count=3 yes=true\n"));
  EXPECT_EQ(text.size(), std::string("2026-01-01T00:00:00.000Z").size() +
                             std::string(" info hello name=\"a\\\"b\\x0ac\" count=3 yes=true\n").size());
}

TEST(Log, ABatchHoldsLinesUntilItIsFlushed) {
  Captured captured;
  std::thread([] {
    LogBatch batch;
    log_info("first");
    log_info("second");
    batch.flush();
    log_info("third");
  }).join();
  const std::string text = captured.take();
  EXPECT_LT(text.find("first"), text.find("second"));
  EXPECT_THAT(text, HasSubstr("third")) << "what is left goes out with the batch";
}

TEST(Log, AWarningTakesWhatIsHeldWithIt) {
  LogBatch batch;
  Captured held;
  log_info("before");
  EXPECT_EQ(held.take(), "");
  Captured captured;
  log_warn("trouble");
  const std::string text = captured.take();
  EXPECT_THAT(text, HasSubstr("info before\n"));
  EXPECT_THAT(text, EndsWith("warning trouble\n"));
}

TEST(Log, ABatchIsOfItsThreadAlone) {
  LogBatch batch;
  Captured captured;
  std::thread([] { log_info("elsewhere"); }).join();
  log_info("here");
  const std::string text = captured.take();
  EXPECT_THAT(text, HasSubstr("info elsewhere\n"));
  EXPECT_THAT(text, Not(HasSubstr("info here\n")));
}

}  // namespace
}  // namespace cinnabar
