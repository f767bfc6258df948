#include "unit/net/client.hpp"
#include "unit/net/echo.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace homeward::net {
namespace {

struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(std::FILE* file) const { std::fclose(file); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

/// Writes a self-signed certificate for `name` and its key.
void make_certificate(
    const std::string& name,
    const std::filesystem::path& certificate,
    const std::filesystem::path& key
) {
    const Owned<EVP_PKEY> pair(EVP_EC_gen("P-256"));
    const Owned<X509> x509(X509_new());
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
    X509_set_pubkey(x509.get(), pair.get());
    X509_NAME* subject = X509_get_subject_name(x509.get());
    const auto* text = reinterpret_cast<const unsigned char*>(name.c_str());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(x509.get(), subject);
    X509_sign(x509.get(), pair.get(), EVP_sha256());
    const Owned<std::FILE> certificate_file(std::fopen(certificate.c_str(), "w"));
    PEM_write_X509(certificate_file.get(), x509.get());
    const Owned<std::FILE> key_file(std::fopen(key.c_str(), "w"));
    PEM_write_PrivateKey(key_file.get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

/// What a client of TLS wants of one connection.
struct Wish {
    int version_min = TLS1_2_VERSION;
    int version_max = TLS1_3_VERSION;
    const char* ciphers = nullptr;
    std::string protocol;  ///< offered by ALPN
};

/// One request over TLS. `answer` is empty when there was no handshake.
struct Call {
    std::string answer;
    std::string certificate_name;
    std::string version;
};

Call call(std::uint16_t port, const Wish& wish = {}) {
    Call out;
    Client tcp(port);
    const Owned<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_min_proto_version(context.get(), wish.version_min);
    SSL_CTX_set_max_proto_version(context.get(), wish.version_max);
    // Security level 0: a client that would take what the server has to refuse.
    SSL_CTX_set_security_level(context.get(), 0);
    if (wish.ciphers != nullptr) SSL_CTX_set_cipher_list(context.get(), wish.ciphers);
    const Owned<SSL> ssl(SSL_new(context.get()));
    if (!wish.protocol.empty()) {
        const std::string wire = static_cast<char>(wish.protocol.size()) + wish.protocol;
        SSL_set_alpn_protos(
            ssl.get(),
            reinterpret_cast<const unsigned char*>(wire.data()),
            static_cast<unsigned int>(wire.size())
        );
    }
    SSL_set_fd(ssl.get(), tcp.native());
    if (SSL_connect(ssl.get()) != 1) return out;
    out.version = SSL_get_version(ssl.get());
    const Owned<X509> peer(SSL_get1_peer_certificate(ssl.get()));
    char name[64] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(peer.get()), NID_commonName, name, sizeof name);
    out.certificate_name = name;
    const std::string request = "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    SSL_write(ssl.get(), request.data(), static_cast<int>(request.size()));
    char piece[4096];
    for (int got = 0; (got = SSL_read(ssl.get(), piece, sizeof piece)) > 0;) {
        out.answer.append(piece, static_cast<std::size_t>(got));
    }
    SSL_shutdown(ssl.get());
    return out;
}

class TlsTest : public testing::Test {
  protected:
    TlsTest() {
        std::string pattern = testing::TempDir() + "tlsXXXXXX";
        folder = mkdtemp(pattern.data());
        options.workers = 1;
        options.certificate = folder / "chain.pem";
        options.key = folder / "key.pem";
        make_certificate("first", options.certificate, options.key);
    }
    ~TlsTest() override {
        server.reset();
        std::filesystem::remove_all(folder);
    }

    std::uint16_t start() {
        auto started = Server::start(options, echo);
        EXPECT_TRUE(started) << started.error().text;
        server = std::make_unique<Server>(std::move(*started));
        return server->port();
    }

    std::filesystem::path folder;
    Options options;
    Echo echo;
    std::unique_ptr<Server> server;
};

TEST_F(TlsTest, ServesBothVersions) {
    const std::uint16_t port = start();
    const Call newest = call(port);
    EXPECT_EQ(newest.version, "TLSv1.3");
    EXPECT_NE(newest.answer.find("GET /a  tls 127.0.0.1"), newest.answer.npos) << newest.answer;
    EXPECT_NE(newest.answer.find("strict-transport-security: max-age=63072000"), std::string::npos);
    Wish wish;
    wish.version_max = TLS1_2_VERSION;
    const Call older = call(port, wish);
    EXPECT_EQ(older.version, "TLSv1.2");
    EXPECT_NE(older.answer.find("HTTP/1.1 200"), older.answer.npos);
}

TEST_F(TlsTest, RefusesWhatIsWeak) {
    const std::uint16_t port = start();
    Wish old;
    old.version_min = TLS1_VERSION;
    old.version_max = TLS1_1_VERSION;
    EXPECT_EQ(call(port, old).version, "");
    Wish weak;
    weak.version_max = TLS1_2_VERSION;
    for (const char* ciphers :
         {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "AES128-SHA"}) {
        weak.ciphers = ciphers;
        EXPECT_EQ(call(port, weak).version, "") << ciphers;
    }
    weak.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256";
    EXPECT_EQ(call(port, weak).version, "TLSv1.2") << "the client could have shaken hands";
}

TEST_F(TlsTest, SpeaksOneProtocol) {
    const std::uint16_t port = start();
    Wish wish;
    wish.protocol = "http/1.1";
    EXPECT_NE(call(port, wish).answer, "");
    wish.protocol = "ftp";
    EXPECT_EQ(call(port, wish).answer, "");
}

TEST_F(TlsTest, TakesANewCertificateForNewConnections) {
    const std::uint16_t port = start();
    EXPECT_EQ(call(port).certificate_name, "first");
    make_certificate("second", options.certificate, options.key);
    EXPECT_EQ(call(port).certificate_name, "first");
    ASSERT_TRUE(server->reload_certificate());
    EXPECT_EQ(call(port).certificate_name, "second");
    make_certificate("third", options.certificate, folder / "other.pem");
    const auto mismatched = server->reload_certificate();
    ASSERT_FALSE(mismatched);
    EXPECT_EQ(mismatched.error().code, Code::invalid);
    EXPECT_EQ(call(port).certificate_name, "second");
}

TEST_F(TlsTest, LivesThroughAHangupSignal) {
    options.signals = true;
    const std::uint16_t port = start();
    make_certificate("second", options.certificate, options.key);
    kill(getpid(), SIGHUP);
    std::string name;
    while (name != "second") name = call(port).certificate_name;
    EXPECT_EQ(name, "second");
}

TEST_F(TlsTest, DoesNotStartWithoutWhatItNeeds) {
    const Options whole = options;
    options.key.clear();
    EXPECT_EQ(Server::start(options, echo).error().code, Code::invalid);
    options = whole;
    options.certificate = folder / "none.pem";
    EXPECT_EQ(Server::start(options, echo).error().code, Code::invalid);
    options = whole;
    make_certificate("other", folder / "other.pem", options.key);
    EXPECT_EQ(Server::start(options, echo).error().code, Code::invalid);
}

TEST_F(TlsTest, ClosesConnectionsThatDoNotShakeHands) {
    options.limits.handshake_time_max = Milliseconds(50);
    const std::uint16_t port = start();
    Client silent(port);
    EXPECT_TRUE(silent.is_closed());
    Client plain(port);
    plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(plain.read_all().find("HTTP/1.1"), std::string::npos);
    EXPECT_EQ(echo.asked, 0);
}

}  // namespace
}  // namespace homeward::net
