// SPDX-License-Identifier: Apache-2.0
// Event streams over HTTP/2.
#include "http/h2_test_peer.h"

namespace cinnabar::http {
namespace {

const Response kHead{200, {{"Content-Type", "text/event-stream"}, {"Connection", "keep-alive"}}, ""};

class H2StreamTest : public H2Test {
 protected:
  EventStream* open(std::int32_t* id = nullptr) {
    const auto stream = get("/events");
    if (id) *id = stream;
    const ExchangePtr exchange = std::exchange(exchanges_.back(), nullptr);
    return exchange->open_stream(kHead, events_);
  }
  static EventStream::Outcome write(EventStream* stream, const std::vector<std::string>& texts) {
    std::vector<SharedBytes> buffers;
    std::vector<const SharedBytes*> pointers;
    for (const std::string& text : texts) buffers.push_back(SharedBytes::copy_of(text));
    for (const SharedBytes& buffer : buffers) pointers.push_back(&buffer);
    return stream->write(pointers);
  }
  H2SeenEvents events_;
};

TEST_F(H2StreamTest, BytesArriveInOrder) {
  connect();
  std::int32_t id = 0;
  EventStream* stream = open(&id);
  ASSERT_NE(stream, nullptr);
  pump();
  EXPECT_EQ(seen(id).status(), "200");
  EXPECT_EQ(seen(id).headers.count("connection"), 0U);
  EXPECT_EQ(seen(id).headers.count("content-length"), 0U);
  EXPECT_FALSE(seen(id).ended);
  std::string expected;
  for (int i = 0; i < 500; ++i) {
    const std::string text = "data: " + std::to_string(i) + "\n\n";
    const auto outcome = write(stream, {text, ":\n"});
    ASSERT_EQ(outcome.taken, 2U);
    ASSERT_EQ(outcome.state, EventStream::State::kReady);
    expected += text + ":\n";
    if (i % 7 == 0) pump();
  }
  pump();
  EXPECT_EQ(seen(id).body, expected);
  stream->close();
  pump();
  EXPECT_TRUE(seen(id).ended);
  EXPECT_TRUE(seen(id).closed);
  EXPECT_EQ(seen(id).error, 0U);
  EXPECT_EQ(events_.closed, 0);
}

TEST_F(H2StreamTest, SmallBuffersShareOneFrame) {
  connect();
  std::int32_t id = 0;
  EventStream* stream = open(&id);
  pump();
  write(stream, {"a", "b", "c"});
  write(stream, {"d"});
  pump();
  EXPECT_EQ(seen(id).body, "abcd");
  EXPECT_EQ(seen(id).data_frames, 1U);
}

TEST_F(H2StreamTest, ManyStreamsLeaveInOneWriteATurn) {
  connect();
  std::vector<EventStream*> streams;
  for (int i = 0; i < 100; ++i) streams.push_back(open());
  pump();
  const std::size_t writes = transport_->writes;
  for (EventStream* stream : streams) write(stream, {"data: x\n\n"});
  EXPECT_EQ(transport_->writes, writes);
  pump();
  EXPECT_EQ(transport_->writes, writes + 1);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(seen(2 * i + 1).body, "data: x\n\n");
}

TEST_F(H2StreamTest, SmallWindowBlocksOneStreamOnly) {
  connect(std::make_unique<H2TestClient>(1000, false));
  std::int32_t id = 0;
  std::int32_t other_id = 0;
  EventStream* stream = open(&id);
  EventStream* other = open(&other_id);
  std::string expected;
  EventStream::Outcome outcome{};
  const std::string text(1024, 'e');
  int taken = 0;
  do {
    outcome = write(stream, {text});
    taken += static_cast<int>(outcome.taken);
    pump();
  } while (outcome.state == EventStream::State::kReady);
  EXPECT_EQ(outcome.state, EventStream::State::kBlocked);
  EXPECT_LE(taken, 18);  // the window, the high-water mark, and the one that crosses it
  EXPECT_EQ(seen(id).body.size(), 1000U);
  EXPECT_EQ(events_.writable, 0);
  write(other, {"fine"});
  pump();
  EXPECT_EQ(seen(other_id).body, "fine");

  while (events_.writable == 0 && seen(id).body.size() < 100'000) {
    nghttp2_session_consume(client_->session(), id, 1000);
    pump();
  }
  EXPECT_EQ(events_.writable, 1);
  EXPECT_LT(seen(id).body.size(), static_cast<std::size_t>(taken) * text.size());  // low water, not empty
  EXPECT_EQ(write(stream, {text}).state, EventStream::State::kReady);
}

TEST_F(H2StreamTest, FullSocketBlocksAndDrains) {
  connect();
  std::int32_t id = 0;
  EventStream* stream = open(&id);
  pump();
  transport_->room = 10;
  write(stream, {std::string(100, 'a')});
  pump();
  const auto outcome = write(stream, {"b"});
  EXPECT_EQ(outcome.taken, 0U);
  EXPECT_EQ(outcome.state, EventStream::State::kBlocked);
  EXPECT_EQ(events_.writable, 0);
  transport_->room = 1 << 20;
  events_.when_writable = [&] { write(stream, {"b"}); };
  pump();
  EXPECT_EQ(events_.writable, 1);
  EXPECT_EQ(seen(id).body, std::string(100, 'a') + "b");
}

TEST_F(H2StreamTest, LongTransferThroughASlowSocket) {
  connect();
  std::int32_t id = 0;
  EventStream* stream = open(&id);
  std::string expected;
  std::string next;
  int i = 0;
  const auto fill = [&] {
    while (i < 400) {
      next = std::to_string(i) + std::string(1500, static_cast<char>('a' + i % 26));
      const auto outcome = write(stream, {next});
      if (outcome.taken == 1) {
        expected += next;
        ++i;
      }
      if (outcome.state == EventStream::State::kBlocked) return;
    }
    stream->close();
    stream = nullptr;
  };
  events_.when_writable = [&] {
    if (stream) fill();
  };
  transport_->room = 0;
  fill();
  for (int round = 0; round < 1000 && !seen(id).closed; ++round) {
    transport_->room = 1000;
    pump();
  }
  EXPECT_EQ(i, 400);
  EXPECT_TRUE(seen(id).closed);
  EXPECT_TRUE(seen(id).body == expected);
}

TEST_F(H2StreamTest, CloseSendsWhatWasTaken) {
  connect(std::make_unique<H2TestClient>(10, false));
  std::int32_t id = 0;
  EventStream* stream = open(&id);
  write(stream, {std::string(25, 'x')});
  stream->close();
  pump();
  EXPECT_EQ(seen(id).body.size(), 10U);
  for (int i = 0; i < 2; ++i) {
    nghttp2_session_consume(client_->session(), id, 10);
    pump();
  }
  EXPECT_EQ(seen(id).body.size(), 25U);
  EXPECT_TRUE(seen(id).closed);
}

TEST_F(H2StreamTest, AbortResets) {
  connect(std::make_unique<H2TestClient>(10, false));
  std::int32_t id = 0;
  EventStream* stream = open(&id);
  write(stream, {std::string(25, 'x')});
  pump();
  stream->abort();
  pump();
  EXPECT_TRUE(seen(id).reset);
  EXPECT_EQ(seen(id).error, std::uint32_t{NGHTTP2_CANCEL});
  EXPECT_EQ(events_.closed, 0);
  get("/again");
  EXPECT_NE(exchanges_.back(), nullptr);
}

// A frame header may already promise bytes when the stream is dropped.
TEST_F(H2StreamTest, AbortInTheMiddleOfAFlush) {
  connect(std::make_unique<H2TestClient>(1 << 20));
  nghttp2_session_set_local_window_size(client_->session(), NGHTTP2_FLAG_NONE, 0, 1 << 24);
  std::vector<EventStream*> streams;
  for (int i = 0; i < 20; ++i) streams.push_back(open());
  pump();
  for (EventStream* stream : streams) write(stream, {std::string(16'000, 'x')});
  transport_->room = 1000;
  pump();
  for (EventStream* stream : streams) stream->abort();
  transport_->room = 1 << 24;
  pump();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(seen(2 * i + 1).closed);
  EXPECT_FALSE(transport_->closed);
  EXPECT_EQ(events_.closed, 0);
}

TEST_F(H2StreamTest, ClientResetIsToldOnce) {
  connect();
  std::int32_t id = 0;
  ASSERT_NE(open(&id), nullptr);
  pump();
  client_->reset(id);
  pump();
  EXPECT_EQ(events_.closed, 1);
  EXPECT_FALSE(transport_->closed);
}

TEST_F(H2StreamTest, EndOfTheConnectionClosesAllStreams) {
  connect();
  open();
  open();
  pump();
  transport_->eof = true;
  pump();
  EXPECT_EQ(events_.closed, 2);
  EXPECT_TRUE(transport_->closed);
  EXPECT_EQ(released_, 1);
}

TEST_F(H2StreamTest, BrokenTransportClosesAllStreams) {
  connect();
  EventStream* stream = open();
  pump();
  transport_->broken = true;
  write(stream, {"x"});
  EXPECT_EQ(events_.closed, 0);  // not from within the call
  pump();
  EXPECT_EQ(events_.closed, 1);
  EXPECT_EQ(released_, 1);
}

TEST_F(H2StreamTest, HeadRequestOpensAndEnds) {
  connect();
  const auto id = client_->request("HEAD", "/events");
  pump();
  EventStream* stream = exchanges_[0]->open_stream(kHead, events_);
  ASSERT_NE(stream, nullptr);
  EXPECT_EQ(write(stream, {"x"}).state, EventStream::State::kReady);
  pump();
  EXPECT_TRUE(seen(id).closed);
  EXPECT_EQ(seen(id).body, "");
  EXPECT_EQ(events_.closed, 1);
}

TEST_F(H2StreamTest, ConnectionDroppedWithoutShutdown) {
  connect();
  open();
  pump();
  connection_.reset();
  EXPECT_EQ(events_.closed, 1);
  EXPECT_EQ(released_, 0);
}

}  // namespace
}  // namespace cinnabar::http
