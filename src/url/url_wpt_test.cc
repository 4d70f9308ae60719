// SPDX-License-Identifier: Apache-2.0
// The web platform's own cases for URLs, read as its runners read them.

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "url/testing/cases.h"
#include "url/url.h"

namespace cinnabar::url {
namespace {

using testing::Cases;

std::string text_of(const boost::json::value& value) { return std::string(value.as_string()); }

/// Unique in its file, in one line, and the same as long as the file only grows.
std::string name_of(const boost::json::object& test, std::size_t index) {
  std::string name = "#" + std::to_string(index) + " " + boost::json::serialize(test.at("input"));
  if (const auto* base = test.if_contains("base")) name += " against " + boost::json::serialize(*base);
  return name;
}

/// An attribute of the URL API (URL Standard, section 6.1).
std::string attribute(const Url& url, std::string_view name) {
  const auto after = [](char mark, std::string_view part) {
    return part.empty() ? std::string() : mark + std::string(part);
  };
  if (name == "href") return url.href();
  if (name == "origin") return url.origin();
  if (name == "protocol") return std::string(url.scheme()) + ":";
  if (name == "username") return std::string(url.username());
  if (name == "password") return std::string(url.password());
  if (name == "host") return std::string(url.hostname()) + after(':', url.port());
  if (name == "hostname") return std::string(url.hostname());
  if (name == "port") return std::string(url.port());
  if (name == "pathname") return std::string(url.pathname());
  if (name == "search") return after('?', url.query());
  return after('#', url.fragment());
}

constexpr std::string_view kAttributes[] = {"href",     "origin", "protocol", "username", "password", "host",
                                            "hostname", "port",   "pathname", "search",   "hash"};

/// What is wrong with `url`, which is said to be what `test` describes; empty: nothing. Its href must
/// also parse to the same URL.
std::string differences(const Url& url, const boost::json::object& test) {
  const auto again = Url::parse(url.href());
  if (!again.ok()) return "href does not parse: " + url.href();
  std::string found;
  for (const std::string_view name : kAttributes) {
    const std::string got = attribute(url, name);
    const auto* expected = test.if_contains(name);
    if (expected != nullptr && got != text_of(*expected)) found += std::string(name) + " is " + got + "; ";
    if (attribute(*again, name) != got) found += std::string(name) + " of the parsed href differs; ";
  }
  return found;
}

/// The part of the runner that takes a failing input to other bases: it fails with those too, unless
/// `relativeTo` says what kind of base mends it.
std::string wrongly_parsed(const std::string& input, const boost::json::object& test) {
  const auto* relative_to = test.if_contains("relativeTo");
  const std::string kind = relative_to == nullptr ? "" : text_of(*relative_to);
  const auto opaque = Url::parse("about:blank");
  const auto http = Url::parse("http://web-platform.test/url/");
  const auto https = Url::parse("https://web-platform.test/url/");
  const bool parses_opaque = Url::parse(input, &*opaque).ok();
  const bool parses_path = Url::parse(input, &*http).ok() || Url::parse(input, &*https).ok();
  if (parses_opaque != (kind == "any-base")) return "wrong against an opaque path";
  if (parses_path != !kind.empty()) return "wrong against a path";
  return {};
}

TEST(UrlWpt, UrlTestData) {
  Cases cases("wpt/urltestdata.json");
  if (!cases.present()) GTEST_SKIP() << cases.why_skipped();
  const boost::json::value data = cases.json();
  std::size_t index = 0;
  for (const auto& entry : data.as_array()) {
    if (!entry.is_object()) continue;
    const auto& test = entry.as_object();
    const std::string name = name_of(test, index++);
    const std::string input = text_of(test.at("input"));
    std::optional<Url> base;
    if (!test.at("base").is_null()) {
      const auto parsed = Url::parse(text_of(test.at("base")));
      if (!parsed.ok()) {
        cases.record(name, test.contains("failure"), "the base does not parse");
        continue;
      }
      base = *parsed;
    }
    const auto url = Url::parse(input, base ? &*base : nullptr);
    std::string wrong;
    if (test.contains("failure")) {
      wrong = url.ok() ? "parses to " + url->href() : base ? "" : wrongly_parsed(input, test);
    } else {
      wrong = url.ok() ? differences(*url, test) : url.error().detail;
    }
    cases.record(name, wrong.empty(), wrong);
  }
  cases.finish();
}

/// What would end the host is percent-encoded, so that it reaches the host parser.
std::string as_host(const std::string& domain) {
  std::string out;
  for (const char c : domain) {
    switch (c) {
      case ':': out += "%3A"; break;
      case '/': out += "%2F"; break;
      case '?': out += "%3F"; break;
      case '#': out += "%23"; break;
      case '\\': out += "%5C"; break;
      default: out += c;
    }
  }
  return out;
}

/// toascii.window.js and IdnaTestV2.window.js: the domain as the host of a URL. The empty one is left
/// out there too, since "https:///x" has another host.
void run_domains(const std::string& file) {
  Cases cases(file);
  if (!cases.present()) GTEST_SKIP() << cases.why_skipped();
  const boost::json::value data = cases.json();
  std::size_t index = 0;
  for (const auto& entry : data.as_array()) {
    if (!entry.is_object()) continue;
    const auto& test = entry.as_object();
    const std::string name = name_of(test, index++);
    if (text_of(test.at("input")).empty()) continue;
    const auto url = Url::parse("https://" + as_host(text_of(test.at("input"))) + "/x");
    const auto& output = test.at("output");
    std::string wrong;
    if (output.is_null()) {
      if (url.ok()) wrong = "parses to " + url->href();
    } else if (!url.ok()) {
      wrong = url.error().detail;
    } else if (url->hostname() != text_of(output) || url->pathname() != "/x" ||
               url->href() != "https://" + text_of(output) + "/x") {
      wrong = "parses to " + url->href();
    } else if (const auto again = Url::parse(url->href()); !again.ok() || !(*again == *url)) {
      wrong = "href does not parse to itself";
    }
    cases.record(name, wrong.empty(), wrong);
  }
  cases.finish();
}

TEST(UrlWpt, ToAscii) { run_domains("wpt/toascii.json"); }
TEST(UrlWpt, IdnaTestV2) { run_domains("wpt/IdnaTestV2.json"); }

/// percent-encoding.window.js: the input as query and as fragment; a query differs by encoding, and
/// ours is always UTF-8.
TEST(UrlWpt, PercentEncoding) {
  Cases cases("wpt/percent-encoding.json");
  if (!cases.present()) GTEST_SKIP() << cases.why_skipped();
  const boost::json::value data = cases.json();
  std::size_t index = 0;
  for (const auto& entry : data.as_array()) {
    if (!entry.is_object()) continue;
    const auto& test = entry.as_object();
    const std::string input = text_of(test.at("input"));
    const std::string expected = text_of(test.at("output").as_object().at("utf-8"));
    const auto url = Url::parse("https://doesnotmatter.invalid/?" + input + "#" + input);
    const std::string got =
        url.ok() ? std::string(url->query()) + "#" + std::string(url->fragment()) : "failure";
    cases.record(name_of(test, index++), got == expected + "#" + expected, got);
  }
  cases.finish();
}

}  // namespace
}  // namespace cinnabar::url
