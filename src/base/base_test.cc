// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>

#include "base/blocking_pool.h"
#include "base/result.h"
#include "base/shared_bytes.h"
#include "base/uuid.h"

namespace cinnabar {
namespace {

TEST(SharedBytes, IsOneHttpChunk) {
  const SharedBytes bytes = SharedBytes::copy_of(std::string(300, 'x'));
  EXPECT_EQ(bytes.body(), std::string(300, 'x'));
  EXPECT_EQ(bytes.chunked(), "12c\r\n" + std::string(300, 'x') + "\r\n");
}

TEST(SharedBytes, CopiesShareOneBlock) {
  SharedBytes first = SharedBytes::copy_of("abc");
  const SharedBytes second = first;
  EXPECT_EQ(first.body().data(), second.body().data());
  first = SharedBytes();
  EXPECT_EQ(second.body(), "abc");
}

TEST(Uuid, IsRandomVersion4) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string urn = Uuid::random().urn();
    ASSERT_EQ(urn.size(), 45U);
    ASSERT_EQ(urn.substr(0, 9), "urn:uuid:");
    EXPECT_EQ(urn[23], '4');
    EXPECT_NE(std::string("89ab").find(urn[28]), std::string::npos);
    seen.insert(urn);
  }
  EXPECT_EQ(seen.size(), 1000U);
}

TEST(BlockingPool, RunsEveryJob) {
  BlockingPool pool(2);
  std::atomic<int> sum = 0;
  std::promise<void> done;
  for (int i = 1; i <= 100; ++i) {
    pool.run([&, i] {
      if ((sum += i) == 5050) done.set_value();
    });
  }
  done.get_future().wait();
  EXPECT_EQ(sum, 5050);
}

TEST(Result, HoldsEither) {
  const Result<int> good = 3;
  const Result<int> bad = Error{ErrorCode::kNoSpace, "full"};
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(*good, 3);
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, ErrorCode::kNoSpace);
}

}  // namespace
}  // namespace cinnabar
