// SPDX-License-Identifier: Apache-2.0
#include "api/collection_stream.h"

#include <utility>

#include "protocol/subscription.h"

namespace cinnabar {
namespace {

constexpr std::size_t kPiece = std::size_t{16} * 1024;

}  // namespace

void CollectionStream::begin(http::Exchange& exchange, http::Response head, std::string before,
                             std::vector<EventPtr> members, std::string after, bool without_context) {
  std::unique_ptr<CollectionStream> made(
      new CollectionStream(std::move(before), std::move(members), std::move(after), without_context));
  made->stream_ = exchange.open_stream(std::move(head), *made);
  if (made->stream_ == nullptr) return;
  made.release()->on_writable();  // it ends itself
}

void CollectionStream::on_writable() {
  while (fill()) {
    const SharedBytes piece = SharedBytes::copy_of(pending_);
    const SharedBytes* const buffer = &piece;
    const http::EventStream::Outcome outcome = stream_->write({&buffer, 1});
    if (outcome.state == http::EventStream::State::kClosed) return on_closed();
    if (outcome.taken == 1) pending_.clear();
    if (outcome.state == http::EventStream::State::kBlocked) return;
  }
  stream_->close();
  delete this;
}

void CollectionStream::on_closed() { delete this; }

/// Gets the next piece ready, unless one is. False: everything is written.
bool CollectionStream::fill() {
  while (pending_.size() < kPiece && next_ < members_.size()) {
    if (next_ != 0) pending_ += ',';
    const std::string_view document = subscription_document(*members_[next_]);
    pending_ += without_context_ ? without_context(document, scratch_) : document;
    members_[next_++].reset();
  }
  if (next_ == members_.size() && !std::exchange(ended_, true)) pending_ += after_;
  return !pending_.empty();
}

}  // namespace cinnabar
