package dev.shed.gateway.container.kubernetes.api;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// The client certificate of the next connection, which can be exchanged for another one.
final class ClientKeys extends X509ExtendedKeyManager {
    private static final String ALIAS = "client";

    /// A certificate with its chain and its key.
    record Pair(List<X509Certificate> chain, PrivateKey key) {}

    private volatile @Nullable Pair pair;

    void use(Pair next) {
        pair = next;
    }

    private @Nullable String alias() {
        return pair == null ? null : ALIAS;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(String[] types, Principal @Nullable [] issuers, SSLEngine engine) {
        return alias();
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, Socket socket) {
        return alias();
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
        return pair == null ? null : new String[] {ALIAS};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        var now = pair;
        return now == null ? null : now.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        var now = pair;
        return now == null ? null : now.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
