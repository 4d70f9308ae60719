// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/tail_sets.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <vector>

namespace cinnabar::url::pattern {
namespace {

using Word = TailSets::Word;

/// What a thread keeps from one match to the next, so that the usual ones allocate nothing.
constexpr std::size_t kKeptWords = 16'384;

std::vector<Word>& buffer() {
  thread_local std::vector<Word> words;
  return words;
}

}  // namespace

TailSets::TailSets(std::string_view input, char delimiter, std::size_t sets)
    : input_(input), delimiter_(delimiter), words_(input.size() / 64 + 1) {
  std::uint16_t distinct = 0;
  for (const char c : input) {
    std::uint16_t& number = starts_of_[static_cast<unsigned char>(c)];
    if (number == 0) number = ++distinct;
  }
  const std::size_t needed = (sets + 3 + distinct) * words_;
  std::vector<Word>& words = buffer();
  if (words.size() < needed) words.resize(needed);
  inside_ = words.data();
  scratch_ = inside_ + words_;
  starts_ = scratch_ + 2 * words_;
  sets_ = starts_ + distinct * words_;

  std::fill_n(starts_, distinct * words_, Word{0});
  for (std::size_t i = 0; i < input.size(); ++i) {
    const std::size_t number = starts_of_[static_cast<unsigned char>(input[i])];
    insert(starts_ + (number - 1) * words_, input.size() - i);
  }
  all(inside_);
  inside_[0] &= ~Word{1};
  if (const Word* delimiters = delimiter == '\0' ? nullptr : starting_with(delimiter)) {
    for (std::size_t w = 0; w < words_; ++w) inside_[w] &= ~delimiters[w];
  }
}

TailSets::~TailSets() {
  std::vector<Word>& words = buffer();
  if (words.size() > kKeptWords) std::vector<Word>().swap(words);
}

void TailSets::clear(Word* set) const { std::fill_n(set, words_, Word{0}); }

bool TailSets::is_empty(const Word* set) const {
  return std::all_of(set, set + words_, [](Word word) { return word == 0; });
}

void TailSets::add(const Word* set, Word* to) const {
  for (std::size_t w = 0; w < words_; ++w) to[w] |= set[w];
}

std::size_t TailSets::shortest(const Word* set, std::size_t length) const {
  std::size_t w = length / 64;
  Word word = set[w] & (~Word{0} << (length % 64));
  while (word == 0) {
    assert(w + 1 < words_);
    word = set[++w];
  }
  return w * 64 + static_cast<std::size_t>(std::countr_zero(word));
}

std::size_t TailSets::longest_below(const Word* set, std::size_t length) const {
  std::size_t w = length / 64;
  Word word = set[w] & ~(~Word{0} << (length % 64));
  while (word == 0) {
    assert(w > 0);
    word = set[--w];
  }
  return w * 64 + static_cast<std::size_t>(std::bit_width(word)) - 1;
}

const Word* TailSets::starting_with(char c) const {
  const std::size_t number = starts_of_[static_cast<unsigned char>(c)];
  return number == 0 ? nullptr : starts_ + (number - 1) * words_;
}

void TailSets::all(Word* to) const {
  std::fill_n(to, words_, ~Word{0});
  to[words_ - 1] = ~Word{0} >> (63 - input_.size() % 64);
}

void TailSets::flood(const Word* through, const Word* from, Word* to) const {
  // In `through + from`, the lowest member of a run carries to the run's end, and leaves zeros.
  Word carry = 0;
  for (std::size_t w = 0; w < words_; ++w) {
    const Word run = through[w];
    const Word start = from[w] & run;
    const Word partial = run + start;
    const Word sum = partial + carry;
    carry = static_cast<Word>(partial < run) | static_cast<Word>(sum < partial);
    to[w] = run & (~sum | start);
  }
}

void TailSets::shift(const Word* from, Word* to) const {
  Word carry = 0;
  for (std::size_t w = 0; w < words_; ++w) {
    const Word word = from[w];
    to[w] = word << 1 | carry;
    carry = word >> 63;
  }
}

void TailSets::text(std::string_view text, const Word* from, Word* to) const {
  if (from != to) std::copy_n(from, words_, to);
  for (std::size_t i = text.size(); i-- > 0;) {
    const Word* starts = starting_with(text[i]);
    if (starts == nullptr) return clear(to);
    Word carry = 0;
    Word found = 0;
    for (std::size_t w = 0; w < words_; ++w) {
      const Word word = to[w];
      to[w] = (word << 1 | carry) & starts[w];
      found |= to[w];
      carry = word >> 63;
    }
    if (found == 0) return;
  }
}

void TailSets::texts(std::string_view text, const Word* from, Word* to) {
  assert(from != to);
  std::copy_n(from, words_, to);
  if (text.empty()) return;
  // `again` holds the tails that start with 1, 2, 4, ... times the text, which is `step` long.
  Word* again = scratch_;
  all(again);
  this->text(text, again, again);
  for (std::size_t step = text.size(); step <= input_.size() && !is_empty(again); step *= 2) {
    const std::size_t whole = step / 64;
    const std::size_t bits = step % 64;
    for (std::size_t w = words_; w-- > 0;) {  // from the top: what lies below is still the old
      const auto shifted = [&](const Word* set) {
        if (w < whole) return Word{0};
        const Word below = bits == 0 || w == whole ? 0 : set[w - whole - 1] >> (64 - bits);
        return set[w - whole] << bits | below;
      };
      to[w] |= again[w] & shifted(to);
      again[w] &= shifted(again);
    }
  }
}

void TailSets::any(const Word* from, Word* to) const {
  std::size_t w = 0;
  for (; w < words_ && from[w] == 0; ++w) to[w] = 0;
  if (w == words_) return;
  to[w] = ~Word{0} << std::countr_zero(from[w]);
  std::fill(to + w + 1, to + words_, ~Word{0});
  to[words_ - 1] &= ~Word{0} >> (63 - input_.size() % 64);
}

void TailSets::segment(const Word* from, Word* to) const {
  shift(from, to);
  flood(inside_, to, to);
}

void TailSets::segments(std::string_view joint, const Word* from, Word* to) {
  assert(from != to);
  const std::size_t first = delimiter_ == '\0' ? std::string_view::npos : joint.find(delimiter_);
  if (first == std::string_view::npos) return segment(from, to);  // all of it is one segment as well
  if (joint.size() == 1) {
    // A flood that passes a delimiter, too, if a segment ends right before it.
    const Word* delimiters = starting_with(delimiter_);
    shift(inside_, scratch_);
    for (std::size_t w = 0; w < words_; ++w) {
      scratch_[w] = inside_[w] | (delimiters == nullptr ? 0 : scratch_[w] & delimiters[w]);
    }
    shift(from, to);
    for (std::size_t w = 0; w < words_; ++w) to[w] &= inside_[w];
    flood(scratch_, to, to);
    for (std::size_t w = 0; w < words_; ++w) to[w] &= inside_[w];
    return;
  }
  segment(from, to);
  Word* joints = scratch_;
  all(joints);
  text(joint, joints, joints);
  for (std::size_t w = 0; w < words_; ++w) {
    for (Word word = joints[w]; word != 0; word &= word - 1) {
      std::size_t length = w * 64 + static_cast<std::size_t>(std::countr_zero(word));
      if (!has(to, length - joint.size())) continue;
      // One more segment, before this joint. What is there already has its run behind it.
      for (++length; length <= input_.size() && has(inside_, length) && !has(to, length); ++length) {
        insert(to, length);
      }
    }
  }
}

}  // namespace cinnabar::url::pattern
