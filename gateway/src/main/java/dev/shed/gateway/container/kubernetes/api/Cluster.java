package dev.shed.gateway.container.kubernetes.api;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Where the API server is, whom it trusts, and who asks it.
///
/// @param server `https://HOST:PORT`, maybe with a path
/// @param tls trusts the cluster's authorities, and has the client certificate
/// @param namespace the namespace of the context or of the service account; `default` if there is none
/// @param from where this was found, for messages
public record Cluster(URI server, SSLContext tls, Credential credential, String namespace, String from) {
    static SSLContext tls(List<X509Certificate> authorities, ClientKeys keys) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys}, trust(authorities), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates cannot be used: " + e.getMessage(), e);
        }
    }

    /// Without authorities, those of the JDK.
    private static TrustManager @Nullable [] trust(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        if (authorities.isEmpty()) {
            return null;
        }
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
