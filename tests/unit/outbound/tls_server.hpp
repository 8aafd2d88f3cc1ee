// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/sockets.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace glimt::testing {

template <auto Free>
struct freed_by {
    template <class T>
    void operator()(T* what) const noexcept {
        Free(what);
    }
};
template <class T, auto Free>
using owned = std::unique_ptr<T, freed_by<Free>>;

// A key and a certificate for `name` that it has signed itself, as PEM files in a folder of their
// own. It serves as server's, as client's, and as its own authority.
class self_signed {
public:
    explicit self_signed(const char* name) {
        char folder[] = "/tmp/glimt-tls-XXXXXX";
        folder_ = ::mkdtemp(folder);
        certificate_file = folder_ + "/certificate.pem";
        key_file = folder_ + "/key.pem";
        const owned<EVP_PKEY, EVP_PKEY_free> key(EVP_EC_gen("P-256"));
        const owned<X509, X509_free> made(X509_new());
        X509_set_version(made.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
        X509_set_pubkey(made.get(), key.get());
        X509_NAME* subject = X509_get_subject_name(made.get());
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("glimt test"), -1, -1, 0);
        X509_set_issuer_name(made.get(), subject);
        extend(*made, NID_subject_alt_name, name);
        extend(*made, NID_basic_constraints, "critical,CA:TRUE");
        EXPECT_GT(X509_sign(made.get(), key.get(), EVP_sha256()), 0);
        write(certificate_file, [&](std::FILE* to) { return PEM_write_X509(to, made.get()); });
        write(key_file, [&](std::FILE* to) {
            return PEM_write_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
    }
    self_signed(const self_signed&) = delete;
    self_signed& operator=(const self_signed&) = delete;
    ~self_signed() { std::filesystem::remove_all(folder_); }

    std::string certificate_file, key_file;

private:
    static void extend(X509& made, int what, const char* value) {
        const owned<X509_EXTENSION, X509_EXTENSION_free> extension(
            X509V3_EXT_conf_nid(nullptr, nullptr, what, value));
        EXPECT_EQ(X509_add_ext(&made, extension.get(), -1), 1);
    }

    template <class Write>
    static void write(const std::string& path, Write content) {
        std::FILE* to = std::fopen(path.c_str(), "w");
        EXPECT_EQ(content(to), 1);
        std::fclose(to);
    }

    std::string folder_;
};

// Answers one request on each of `connections` TLS connections, by a thread of its own.
class tls_server {
public:
    tls_server(const self_signed& as, bool asks_for_certificate, unsigned connections)
        : context_(SSL_CTX_new(TLS_server_method())) {
        auto* context = context_.get();
        EXPECT_EQ(SSL_CTX_use_certificate_file(context, as.certificate_file.c_str(), 1), 1);
        EXPECT_EQ(SSL_CTX_use_PrivateKey_file(context, as.key_file.c_str(), 1), 1);
        if (asks_for_certificate) {
            EXPECT_EQ(SSL_CTX_load_verify_file(context, as.certificate_file.c_str()), 1);
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        }
        answers_ = std::thread([this, connections] {
            for (unsigned i = 0; i < connections; ++i) answer_one();
        });
    }
    ~tls_server() { answers_.join(); }

    std::string url() const {
        sockaddr_in name{};
        std::memcpy(&name, &listener_.address.storage, sizeof name);
        return "https://127.0.0.1:" + std::to_string(ntohs(name.sin_port)) + "/";
    }

private:
    void answer_one() {
        const descriptor peer(::accept4(listener_.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
        const owned<SSL, SSL_free> session(SSL_new(context_.get()));
        SSL_set_fd(session.get(), peer.get());
        if (SSL_accept(session.get()) != 1) return;
        char request[4096];
        if (SSL_read(session.get(), request, sizeof request) <= 0) return;
        const std::string_view answer =
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret";
        SSL_write(session.get(), answer.data(), static_cast<int>(answer.size()));
        SSL_shutdown(session.get());
    }

    listening_socket listener_;
    owned<SSL_CTX, SSL_CTX_free> context_;
    std::thread answers_;
};

}  // namespace glimt::testing
