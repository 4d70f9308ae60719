// SPDX-License-Identifier: Apache-2.0
#include "http/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/log.h"

namespace cinnabar::http {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;
using X509Ptr = std::unique_ptr<X509, FreeX509>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;

bool is_pem_text(const std::string& value) { return value.find("-----BEGIN ") != std::string::npos; }

/// How errors call a chain or key: by its path, or as what it is.
std::string name_of(const std::string& value, const char* what) {
  return is_pem_text(value) ? std::string("the ") + what + " given as PEM text"
                            : std::string("the ") + what + " file \"" + value + "\"";
}

Error tls_error(const std::string& where, std::string_view problem) {
  return {ErrorCode::kInvalid, "TLS: " + where + " " + std::string(problem) + "."};
}

Result<std::string> load(const std::string& value, const char* what) {
  if (is_pem_text(value)) return value;
  if (value.empty()) return tls_error(std::string("the ") + what, "is missing; give a path or PEM text");
  errno = 0;
  std::ifstream file(value, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file || text.str().empty()) {
    const std::string reason = errno ? std::strerror(errno) : "it is empty";
    return tls_error(name_of(value, what),
                     "cannot be read: " + reason + "; check the path and that this user may read it");
  }
  return text.str();
}

// Keys with a passphrase would make OpenSSL ask on the terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

BioPtr memory(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

int choose_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                unsigned offered_size, void*) {
  static constexpr unsigned char kOurs[] = "\x02h2\x08http/1.1";
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, kOurs, sizeof kOurs - 1, offered, offered_size);
  if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;  // RFC 7301 section 3.2
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

int choose_by_sni(SSL* ssl, int*, void* argument) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (!name) return SSL_TLSEXT_ERR_NOACK;
  SSL_CTX* chosen = static_cast<const TlsContext*>(argument)->choose(name);
  if (chosen != SSL_get_SSL_CTX(ssl)) SSL_set_SSL_CTX(ssl, chosen);
  return SSL_TLSEXT_ERR_OK;
}

void set_rules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL");
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_alpn_select_cb(context, choose_alpn, nullptr);
}

}  // namespace

Result<std::unique_ptr<TlsContext>> TlsContext::create(const TlsOptions& options) {
  if (options.certificates.empty()) {
    return Error{
        ErrorCode::kInvalid,
        "TLS: an https:// address needs a certificate, but none is configured; give a certificate and its "
        "key, or listen on http:// only."};
  }
  std::unique_ptr<TlsContext> context(new TlsContext);
  for (const Certificate& certificate : options.certificates) {
    if (auto added = context->add(certificate); !added) return added.error();
  }
  SSL_CTX* first = context->contexts_.front().get();
  SSL_CTX_set_tlsext_servername_callback(first, choose_by_sni);
  SSL_CTX_set_tlsext_servername_arg(first, context.get());
  return context;
}

Result<void> TlsContext::add(const Certificate& certificate) {
  const std::string chain_name = name_of(certificate.chain, "certificate");
  const std::string key_name = name_of(certificate.key, "private key");
  const auto chain_text = load(certificate.chain, "certificate");
  if (!chain_text) return chain_text.error();
  const auto key_text = load(certificate.key, "private key");
  if (!key_text) return key_text.error();

  ERR_clear_error();
  ContextPtr context(SSL_CTX_new(TLS_server_method()));
  if (!context)
    return Error{ErrorCode::kInternal, "TLS: OpenSSL could not make a context; check its installation."};
  set_rules(context.get());

  const BioPtr chain = memory(*chain_text);
  const X509Ptr leaf(PEM_read_bio_X509_AUX(chain.get(), nullptr, no_passphrase, nullptr));
  if (!leaf)
    return tls_error(chain_name,
                     "holds no certificate that can be read; it must be PEM, the server's own first");
  if (SSL_CTX_use_certificate(context.get(), leaf.get()) != 1) {
    return tls_error(chain_name,
                     "is refused by OpenSSL (key too small, or an outdated signature); make a new one");
  }
  while (X509* issuer = PEM_read_bio_X509(chain.get(), nullptr, no_passphrase, nullptr)) {
    SSL_CTX_add0_chain_cert(context.get(), issuer);
  }
  // Reading past the last one leaves "no start line"; anything else is damage.
  const unsigned long last = ERR_peek_last_error();
  if (ERR_GET_REASON(last) != PEM_R_NO_START_LINE) {
    return tls_error(chain_name,
                     "is damaged after its first certificate; every certificate must be whole PEM");
  }
  ERR_clear_error();

  const BioPtr key_bio = memory(*key_text);
  const KeyPtr key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, no_passphrase, nullptr));
  if (!key) {
    return tls_error(key_name, "holds no private key that can be read; it must be PEM without a passphrase");
  }
  if (X509_check_private_key(leaf.get(), key.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    return tls_error(
        key_name, "does not belong to " + chain_name + "; give the key that the certificate was made with");
  }
  ERR_clear_error();
  if (X509_cmp_current_time(X509_get0_notAfter(leaf.get())) < 0) {
    log_warn("TLS certificate has expired; clients will refuse it", {{"certificate", chain_name}});
  }
  add_names(context.get(), leaf.get());
  contexts_.push_back(std::move(context));
  return {};
}

void TlsContext::add_names(SSL_CTX* context, X509* leaf) {
  // Names of a certificate that came earlier win: emplace keeps what is there.
  auto* names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr));
  if (names) {
    for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
      const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
      if (name->type != GEN_DNS) continue;
      const auto* text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
      names_.emplace(lower({text, static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName))}), context);
    }
    GENERAL_NAMES_free(names);
    return;
  }
  char common_name[256];
  const int size =
      X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, common_name, sizeof common_name);
  if (size > 0) names_.emplace(lower({common_name, static_cast<std::size_t>(size)}), context);
}

SSL* TlsContext::new_connection() const { return SSL_new(contexts_.front().get()); }

SSL_CTX* TlsContext::choose(std::string_view name) const {
  std::string wanted = lower(name);
  if (wanted.ends_with('.')) wanted.pop_back();
  if (const auto exact = names_.find(wanted); exact != names_.end()) return exact->second;
  const std::size_t dot = wanted.find('.');
  if (dot != std::string::npos && dot > 0) {
    if (const auto wildcard = names_.find("*" + wanted.substr(dot)); wildcard != names_.end())
      return wildcard->second;
  }
  return contexts_.front().get();
}

}  // namespace cinnabar::http
