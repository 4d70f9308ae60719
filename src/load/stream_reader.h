// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cinnabar::load {

/// Parses one event-stream response as it comes: over HTTP/1.1 the head and the chunked coding (or none), and
/// the lines of Server-Sent Events. Made to be cheap: a line is copied only when a read splits it. A
/// measured event has one `data` line, so a data line is a delivery. One thread.
class StreamReader {
 public:
  /// From now on last_id() and between_events() are right. It costs a copy of each id.
  void keep_ids() { keeps_ids_ = true; }

  /// For HTTP/2, where the head comes apart: what follows is the body.
  void begin_body(int status, std::string_view resumed_after) {
    status_ = status;
    resumed_after_ = resumed_after;
    phase_ = Phase::kUntilClose;
  }
  /// For the next response; the last id stays.
  void begin_again();

  bool head_complete() const { return phase_ > Phase::kHead; }
  int status() const { return status_; }
  /// The field value of Mercure-Last-Event-ID, for resumes; empty: not sent.
  const std::string& resumed_after() const { return resumed_after_; }
  /// The last chunk has come.
  bool ended() const { return phase_ == Phase::kEnded; }
  /// The id of the last complete event, with keep_ids().
  const std::string& last_id() const { return last_id_; }
  /// With keep_ids(): every data line that was reported belongs to an event that last_id() covers.
  bool between_events() const { return between_; }

  /// Calls `on_data(std::string_view)` for each data line; the view lives during the call.
  /// False: what came is not HTTP/1.1.
  template <class OnData>
  bool feed(std::string_view bytes, OnData&& on_data) {
    while (!bytes.empty()) {
      switch (phase_) {
        case Phase::kHead:
          if (!feed_head(bytes)) return false;
          break;
        case Phase::kChunkSize:
          if (!feed_size(bytes)) return false;
          break;
        case Phase::kChunk: {
          const std::size_t length = bytes.size() < left_ ? bytes.size() : left_;
          feed_lines(bytes.substr(0, length), on_data);
          bytes.remove_prefix(length);
          left_ -= length;
          if (left_ == 0) phase_ = Phase::kChunkEnd;
          break;
        }
        case Phase::kChunkEnd:  // CR LF
          if (bytes.front() == '\n') phase_ = Phase::kChunkSize;
          bytes.remove_prefix(1);
          break;
        case Phase::kUntilClose: feed_lines(bytes, on_data); return true;
        case Phase::kEnded: return true;
      }
    }
    return true;
  }

 private:
  enum class Phase : unsigned char { kHead, kChunkSize, kChunk, kChunkEnd, kUntilClose, kEnded };

  bool feed_head(std::string_view& bytes);
  bool feed_size(std::string_view& bytes);
  /// What a line means to last_id() and between_events().
  void note(std::string_view line);

  template <class OnData>
  void feed_lines(std::string_view bytes, OnData&& on_data) {
    for (;;) {
      const std::size_t end = bytes.find('\n');
      if (end == std::string_view::npos) {
        carry_.append(bytes);
        return;
      }
      std::string_view line = bytes.substr(0, end);
      if (!carry_.empty()) {
        carry_.append(line);
        line = carry_;
      }
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.starts_with("data:")) on_data(line.substr(line.starts_with("data: ") ? 6 : 5));
      if (keeps_ids_) note(line);
      carry_.clear();
      bytes.remove_prefix(end + 1);
    }
  }

  Phase phase_ = Phase::kHead;
  bool size_has_digit_ = false;
  bool in_extension_ = false;
  bool keeps_ids_ = false;
  bool between_ = true;
  int status_ = 0;
  std::size_t left_ = 0;
  std::string carry_;  // an incomplete head or line
  std::string resumed_after_;
  std::string coming_id_;  // of the event that is not complete
  std::string last_id_;
};

}  // namespace cinnabar::load
