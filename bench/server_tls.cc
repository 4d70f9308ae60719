// SPDX-License-Identifier: Apache-2.0
#include "server_tls.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

namespace cinnabar::load {
namespace {

struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct CertificateFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

bool sign(X509* certificate, EVP_PKEY* key) {
  constexpr long kOneDay = 86'400;
  X509_gmtime_adj(X509_getm_notBefore(certificate), -kOneDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate), kOneDay);
  X509_NAME* name = X509_get_subject_name(certificate);
  static constexpr unsigned char kName[] = "localhost";
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, kName, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         X509_sign(certificate, key, EVP_sha256()) != 0;
}

}  // namespace

SslContext make_server_context() {
  const std::unique_ptr<EVP_PKEY, KeyFree> key(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, CertificateFree> certificate(X509_new());
  SslContext context(SSL_CTX_new(TLS_server_method()));
  if (!key || !certificate || !context || !sign(certificate.get(), key.get()) ||
      SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    return nullptr;
  }
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 0);
  return context;
}

SslConnection accept_tls(SSL_CTX* context, int fd) {
  SslConnection connection(SSL_new(context));
  if (!connection || SSL_set_fd(connection.get(), fd) != 1 || SSL_accept(connection.get()) != 1) {
    return nullptr;
  }
  return connection;
}

}  // namespace cinnabar::load
