// SPDX-License-Identifier: Apache-2.0
#include "auth/jwks/https_fetcher.h"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "auth/jwks/cache_lifetime.h"
#include "auth/jwks/private_address.h"
#include "url/url.h"

namespace cinnabar {
namespace {

constexpr int kMostRedirects = 3;
constexpr int kPollMs = 100;  // how soon a stop is noticed

struct FreeEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeMulti {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, FreeEasy>;
using Multi = std::unique_ptr<CURLM, FreeMulti>;
using List = std::unique_ptr<curl_slist, FreeList>;

void initialize_once() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)done;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// What one request brings, and what its callbacks have to know.
struct Transfer {
  const FetchOptions& options;
  std::string body;
  std::map<std::string, std::string> fields;  // by name in lower case
  bool too_large = false;
  bool private_address = false;
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (size > transfer.options.max_bytes - std::min(transfer.body.size(), transfer.options.max_bytes)) {
    transfer.too_large = true;
    return 0;  // ends the transfer
  }
  transfer.body.append(data, size);
  return size;
}

std::size_t on_field(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) transfer.fields.clear();  // those before were of an interim response
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  std::string_view value = line.substr(colon + 1);
  value = value.substr(0, value.find_last_not_of(" \t\r\n") + 1);
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  std::string& kept = transfer.fields[lower(line.substr(0, colon))];
  if (!kept.empty()) kept += ", ";
  kept += value;
  return size;
}

/// Called with the address that a name has led to, so that no name server can lead inside.
curl_socket_t on_socket(void* user, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (!transfer.options.allow_private_addresses && is_private_address(&address->addr)) {
    transfer.private_address = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

class HttpsFetcher final : public Fetcher {
 public:
  HttpsFetcher(std::string uri, const FetchOptions& options) : uri_(std::move(uri)), options_(options) {
    initialize_once();
  }

  Result<Fetched> fetch(const std::string& etag, const std::atomic<bool>& stop) override;

 private:
  Result<void> perform(CURL* easy, SteadyTime deadline, const std::atomic<bool>& stop,
                       Transfer& transfer) const;
  Easy prepare(const std::string& uri, curl_slist* fields, Transfer& transfer) const;
  Result<Fetched> read(Transfer& transfer, long status) const;
  Error failure(ErrorCode code, const std::string& what) const { return {code, uri_ + " " + what + "."}; }

  const std::string uri_;
  const FetchOptions options_;
};

Easy HttpsFetcher::prepare(const std::string& uri, curl_slist* fields, Transfer& transfer) const {
  Easy easy(curl_easy_init());
  if (!easy) return easy;
  CURL* handle = easy.get();
  curl_easy_setopt(handle, CURLOPT_URL, uri.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options_.ca_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, options_.ca_file.c_str());
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  }
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "cinnabar/" CINNABAR_VERSION);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, fields);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_field);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, on_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &transfer);
  return easy;
}

Result<void> HttpsFetcher::perform(CURL* easy, SteadyTime deadline, const std::atomic<bool>& stop,
                                   Transfer& transfer) const {
  const Multi multi(curl_multi_init());
  if (!multi) return failure(ErrorCode::kInternal, "cannot be fetched: out of memory");
  curl_multi_add_handle(multi.get(), easy);
  Result<void> result;
  for (int running = 1; running > 0;) {
    if (stop.load(std::memory_order_relaxed)) {
      result = failure(ErrorCode::kClosed, "is not fetched any more: the hub stops");
      break;
    }
    if (steady_now() >= deadline) {
      result = failure(ErrorCode::kTimeout, "did not answer within jwks.timeout");
      break;
    }
    curl_multi_perform(multi.get(), &running);
    if (running > 0) curl_multi_poll(multi.get(), nullptr, 0, kPollMs, nullptr);
  }
  if (result.ok()) {
    int left = 0;
    const CURLMsg* message = curl_multi_info_read(multi.get(), &left);
    const CURLcode code = message ? message->data.result : CURLE_FAILED_INIT;
    if (transfer.too_large) {
      result = failure(ErrorCode::kTooLarge,
                       "is larger than " + std::to_string(options_.max_bytes) + " bytes; see jwks.max_size");
    } else if (transfer.private_address) {
      result = failure(
          ErrorCode::kInvalid,
          "leads to an address that is not on the internet; set jwks.allow_private_addresses if that is "
          "meant");
    } else if (code != CURLE_OK) {
      result =
          failure(ErrorCode::kUnavailable, "cannot be fetched: " + std::string(curl_easy_strerror(code)));
    }
  }
  curl_multi_remove_handle(multi.get(), easy);
  return result;
}

Result<Fetched> HttpsFetcher::read(Transfer& transfer, long status) const {
  const auto field = [&transfer](const char* name) -> std::string_view {
    const auto at = transfer.fields.find(name);
    return at == transfer.fields.end() ? std::string_view() : std::string_view(at->second);
  };
  Fetched fetched;
  fetched.not_modified = status == 304;
  fetched.body = std::move(transfer.body);
  fetched.etag = field("etag");
  fetched.lifetime = cache_lifetime(field("cache-control"), field("age"), field("expires"), field("date"));
  return fetched;
}

Result<Fetched> HttpsFetcher::fetch(const std::string& etag, const std::atomic<bool>& stop) {
  const SteadyTime deadline = steady_now() + options_.timeout;
  List fields(curl_slist_append(nullptr, "Accept: application/jwk-set+json, application/json"));
  if (!etag.empty()) {
    // Appends to the list that it is given, and answers its head.
    fields.reset(curl_slist_append(fields.release(), ("If-None-Match: " + etag).c_str()));
  }
  std::string uri = uri_;
  const auto home = url::Url::parse(uri_);
  for (int redirects = 0; redirects <= kMostRedirects; ++redirects) {
    Transfer transfer{options_, {}, {}};
    const Easy easy = prepare(uri, fields.get(), transfer);
    if (!easy) return failure(ErrorCode::kInternal, "cannot be fetched: out of memory");
    if (Result<void> done = perform(easy.get(), deadline, stop, transfer); !done) return done.error();
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status == 200 || (status == 304 && !etag.empty())) return read(transfer, status);
    char* target = nullptr;
    curl_easy_getinfo(easy.get(), CURLINFO_REDIRECT_URL, &target);
    if (status < 300 || status > 399 || !target) {
      return failure(ErrorCode::kUnavailable, "was answered with the status " + std::to_string(status));
    }
    const auto next = url::Url::parse(target);
    if (!next || !home || next->origin() != home->origin()) {
      return failure(ErrorCode::kInvalid, "redirects to another server; configure the URI that it leads to");
    }
    uri = target;
  }
  return failure(ErrorCode::kInvalid, "redirects more than " + std::to_string(kMostRedirects) + " times");
}

}  // namespace

std::unique_ptr<Fetcher> make_https_fetcher(std::string uri, const FetchOptions& options) {
  return std::make_unique<HttpsFetcher>(std::move(uri), options);
}

}  // namespace cinnabar
