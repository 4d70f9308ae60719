// SPDX-License-Identifier: Apache-2.0
#include "http/h2_stream.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "http/connection.h"
#include "http/h2_connection.h"
#include "http/h2_exchange.h"

namespace cinnabar::http {
namespace {

/// An answer that a client does not take is dropped after kStallTime, and a second more for each of these.
constexpr std::size_t kSlowestPerSecond = std::size_t{16} * 1024;

/// How long a client may go on with a request whose answer is complete.
constexpr Duration kLingerTime = std::chrono::seconds(1);

/// Fields of the connection (RFC 9113 section 8.2.2, SUB-24), and those that the server itself sets.
bool is_own_field(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames = {
      "connection",     "keep-alive", "proxy-connection", "transfer-encoding", "upgrade",
      "content-length", "date"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

/// The fields of a response as nghttp2 wants them, with names in lower case. Threads: one.
class FieldList {
 public:
  explicit FieldList(std::size_t name_bytes, std::size_t fields) {
    names_.reserve(name_bytes);
    fields_.reserve(fields);
  }

  void add(std::string_view name, std::string_view value) { push(lowered(name), value); }
  void add_of_handler(const Header& header) {
    const std::string_view name = lowered(header.name);
    if (!is_own_field(name)) push(name, header.value);
  }
  void add_if_missing(const Header& header) {
    const std::string_view name = lowered(header.name);
    const auto same = [name](const nghttp2_nv& field) {
      return std::string_view(reinterpret_cast<const char*>(field.name), field.namelen) == name;
    };
    if (std::none_of(fields_.begin(), fields_.end(), same)) push(name, header.value);
  }
  const std::vector<nghttp2_nv>& fields() const { return fields_; }

 private:
  std::string_view lowered(std::string_view name) {
    const std::size_t at = names_.size();
    names_.append(name);  // reserved: never moves
    for (std::size_t i = at; i < names_.size(); ++i) {
      if (names_[i] >= 'A' && names_[i] <= 'Z') names_[i] = static_cast<char>(names_[i] | 0x20);
    }
    return std::string_view(names_).substr(at);
  }
  void push(std::string_view name, std::string_view value) {
    // nghttp2 copies both; its interface only lacks the const.
    const auto bytes = [](std::string_view text) {
      return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
    };
    fields_.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  }

  std::string names_;
  std::vector<nghttp2_nv> fields_;
};

}  // namespace

EventStream::Outcome H2Stream::write(BufferSpan buffers) {
  if (closed_) {
    observer_ = nullptr;
    return {0, State::kClosed};
  }
  std::size_t taken = 0;
  if (!connection_.output_blocked()) {
    for (; taken < buffers.size() && queued_ < kHighWater; ++taken) {
      if (head_request_) continue;  // a HEAD request has no body to wait for
      queue_.push_back(*buffers[taken]);
      queued_ += buffers[taken]->body().size();
    }
  }
  if (taken > 0) wake();
  blocked_ = taken < buffers.size();
  return {taken, blocked_ ? State::kBlocked : State::kReady};
}

void H2Stream::close() {
  observer_ = nullptr;
  blocked_ = false;
  if (closed_) return;
  ending_ = true;
  const auto seconds = std::chrono::seconds(queued_ / kSlowestPerSecond);
  deadline_ = steady_now() + H2Connection::kStallTime + seconds;
  connection_.arm(deadline_);
  wake();
}

void H2Stream::abort() {
  observer_ = nullptr;
  blocked_ = false;
  if (closed_) return;
  // What is queued stays until closed(): nghttp2 may hold a frame header that promises a part of it.
  aborted_ = true;
  deadline_ = SteadyTime::max();
  const std::uint32_t error = end_sent_ ? NGHTTP2_NO_ERROR : NGHTTP2_CANCEL;
  nghttp2_submit_rst_stream(connection_.session(), NGHTTP2_FLAG_NONE, id_, error);
  connection_.schedule_flush();
}

void H2Stream::wake() {
  if (std::exchange(deferred_, false)) nghttp2_session_resume_data(connection_.session(), id_);
  connection_.schedule_flush();
}

void H2Stream::respond(Response response) {
  if (closed_ || answered_) return;
  const bool bodiless = response.status == 204 || response.status == 304;
  const std::string length = std::to_string(response.body.size());
  const bool end = bodiless || head_request_ || response.body.empty();
  if (!end) {
    queued_ = response.body.size();
    queue_.push_back(SharedBytes::copy_of(response.body));
  }
  // HEAD without a body stands for a stream, whose length nobody knows (RFC 9110 section 8.6).
  const bool unknown = bodiless || (head_request_ && response.body.empty());
  submit_head(response, end, unknown ? nullptr : &length);
  close();
}

EventStream* H2Stream::open(const Response& head, StreamObserver& observer) {
  if (closed_ || answered_) return nullptr;
  observer_ = &observer;
  deadline_ = SteadyTime::max();
  submit_head(head, head_request_, nullptr);
  return this;
}

void H2Stream::submit_head(const Response& response, bool end, const std::string* content_length) {
  answered_ = true;
  const std::vector<Header>& common = connection_.context().common_headers;
  std::size_t name_bytes = 64;  // for :status, date and content-length
  for (const Header& header : response.headers) name_bytes += header.name.size();
  for (const Header& header : common) name_bytes += header.name.size();
  FieldList list(name_bytes, response.headers.size() + common.size() + 3);

  const std::string status = std::to_string(response.status);
  list.add(":status", status);
  for (const Header& header : response.headers) list.add_of_handler(header);
  list.add("date", http_date());
  if (content_length) list.add("content-length", *content_length);
  for (const Header& header : common) list.add_if_missing(header);

  nghttp2_data_provider provider{};
  provider.source.ptr = this;
  provider.read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t*, std::size_t length,
                              std::uint32_t* flags, nghttp2_data_source* source, void*) {
    return static_cast<H2Stream*>(source->ptr)->next_data(length, *flags);
  };
  nghttp2_submit_response(connection_.session(), id_, list.fields().data(), list.fields().size(),
                          end ? nullptr : &provider);
  connection_.schedule_flush();
}

void H2Stream::begin_body(std::size_t buffered, bool send_continue) {
  if (closed_) return;
  deadline_ = steady_now() + connection_.context().limits.body_timeout;
  connection_.arm(deadline_);
  if (buffered > 0) consume();
  if (send_continue) {
    FieldList list(16, 1);
    list.add(":status", "100");
    nghttp2_submit_headers(connection_.session(), NGHTTP2_FLAG_NONE, id_, nullptr, list.fields().data(), 1,
                           nullptr);
    connection_.schedule_flush();
  }
}

void H2Stream::forget_exchange() {
  exchange_ = nullptr;
  deadline_ = SteadyTime::max();
  consume();  // what was not read must not keep the connection's window closed for others
}

void H2Stream::consume() {
  if (unconsumed_ == 0) return;
  const std::size_t bytes = std::exchange(unconsumed_, 0);
  if (closed_ || !exchange_) {
    nghttp2_session_consume_connection(connection_.session(), bytes);
  } else {
    nghttp2_session_consume(connection_.session(), id_, bytes);
  }
  connection_.schedule_flush();
}

void H2Stream::accept(std::shared_ptr<H2Exchange> exchange) {
  exchange_ = exchange.get();
  fresh_ = std::move(exchange);
  note();
}

void H2Stream::refuse(unsigned status) { respond(text_response(status)); }

void H2Stream::received_data(std::string_view bytes) {
  unconsumed_ += bytes.size();
  bool consumed = true;
  if (exchange_ && exchange_->add_body(bytes, consumed)) {
    body_news_ = true;
    note();
  }
  if (consumed) consume();
}

void H2Stream::received_end() {
  remote_ended_ = true;
  if (exchange_ && exchange_->end_body()) {
    body_news_ = true;
    note();
  }
}

void H2Stream::sent_end() {
  end_sent_ = true;
  if (remote_ended_) return;
  // The rest of the request is of no use (RFC 9113 section 8.1). A client that is still sending gets no
  // new window, and time to notice the answer: some lose it when the reset comes with it.
  deadline_ = steady_now() + kLingerTime;
  connection_.arm(deadline_);
}

void H2Stream::closed() {
  if (closed_) return;
  closed_ = true;
  queue_ = std::vector<SharedBytes>();
  consume();
  note();
}

ssize_t H2Stream::next_data(std::size_t length, std::uint32_t& flags) {
  if (aborted_ || (queued_ == 0 && !ending_)) {
    deferred_ = true;
    return NGHTTP2_ERR_DEFERRED;
  }
  const std::size_t bytes = std::min(length, queued_);
  flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  if (ending_ && bytes == queued_) flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(bytes);
}

void H2Stream::move_data(std::string& out, std::size_t length) {
  queued_ -= length;
  while (length > 0) {
    const std::string_view body = queue_[head_].body().substr(offset_);
    const std::size_t bytes = std::min(length, body.size());
    out.append(body.substr(0, bytes));
    length -= bytes;
    offset_ += bytes;
    if (bytes == body.size()) {
      queue_[head_++] = SharedBytes();
      offset_ = 0;
    }
  }
  if (queued_ == 0) {
    queue_ = std::vector<SharedBytes>();
    head_ = 0;
  }
  if (blocked_ && queued_ <= kLowWater) {
    writable_ = true;
    note();
  }
}

void H2Stream::output_unblocked() {
  if (!blocked_ || queued_ > kLowWater) return;
  writable_ = true;
  note();
}

void H2Stream::note() { connection_.note(*this); }

bool H2Stream::deliver() {
  const std::shared_ptr<H2Exchange> fresh = std::exchange(fresh_, nullptr);
  if (closed_) {
    if (H2Exchange* exchange = std::exchange(exchange_, nullptr)) exchange->close();
    if (StreamObserver* observer = std::exchange(observer_, nullptr)) observer->on_closed();
    return false;
  }
  if (fresh) connection_.context().handler(fresh);
  if (std::exchange(body_news_, false) && exchange_) exchange_->progress();
  if (std::exchange(timed_out_, false)) {
    if (exchange_) {
      exchange_->time_out();
    } else {
      abort();
    }
  }
  if (std::exchange(writable_, false) && blocked_ && !connection_.output_blocked() && queued_ <= kLowWater) {
    blocked_ = false;
    if (observer_) observer_->on_writable();
  }
  return true;
}

void H2Stream::check_deadline(SteadyTime now) {
  if (now < deadline_) return;
  deadline_ = SteadyTime::max();
  timed_out_ = true;
  note();
}

}  // namespace cinnabar::http
