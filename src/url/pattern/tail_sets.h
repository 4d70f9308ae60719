// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cinnabar::url::pattern {

/// Sets of tails of one input. A tail is known by its length, 0 to the input's own, and a set is a bit
/// for each, in words from the shortest on. Each step of the general matcher maps one set to another,
/// sixty-four tails at a time.
///
/// In the steps, `from` holds the tails that what comes next can match; `to` gets the tails that match
/// when the piece in question stands before it. Both may be the same set.
///
/// The sets live in a scratch buffer of the thread: one TailSets at a time in each.
class TailSets {
 public:
  using Word = std::uint64_t;

  /// With room for `sets` sets, whose contents are not defined yet.
  TailSets(std::string_view input, char delimiter, std::size_t sets);
  ~TailSets();
  TailSets(const TailSets&) = delete;
  TailSets& operator=(const TailSets&) = delete;

  Word* set(std::size_t index) { return sets_ + index * words_; }

  void clear(Word* set) const;
  void insert(Word* set, std::size_t length) const { set[length / 64] |= Word{1} << (length % 64); }
  bool has(const Word* set, std::size_t length) const { return (set[length / 64] >> (length % 64) & 1) != 0; }
  bool is_empty(const Word* set) const;
  void add(const Word* set, Word* to) const;  ///< the union
  /// The shortest tail in the set that is at least `length` long. REQUIRES: there is one.
  std::size_t shortest(const Word* set, std::size_t length = 0) const;
  /// The longest one shorter than `length`. REQUIRES: there is one.
  std::size_t longest_below(const Word* set, std::size_t length) const;

  /// A fixed text.
  void text(std::string_view text, const Word* from, Word* to) const;
  /// A fixed text, any number of times. `to` must be another set.
  void texts(std::string_view text, const Word* from, Word* to);
  /// `.*`
  void any(const Word* from, Word* to) const;
  /// `[^delimiter]+?`
  void segment(const Word* from, Word* to) const;
  /// `[^delimiter]+?(?:joint[^delimiter]+?)*`. `to` must be another set.
  void segments(std::string_view joint, const Word* from, Word* to);

 private:
  const Word* starting_with(char c) const;
  void all(Word* to) const;
  /// For each run of consecutive tails in `through`: what is there of `from`, and all of it beyond.
  void flood(const Word* through, const Word* from, Word* to) const;
  void shift(const Word* from, Word* to) const;  ///< each tail, longer by one

  std::string_view input_;
  char delimiter_;
  std::size_t words_;
  Word* sets_;
  Word* inside_;   // the tails that start with no delimiter
  Word* scratch_;  // two sets
  Word* starts_;   // one set for each byte in the input, as `starts_of_` numbers them
  std::array<std::uint16_t, 256> starts_of_{};  // from 1; 0 for none
};

}  // namespace cinnabar::url::pattern
