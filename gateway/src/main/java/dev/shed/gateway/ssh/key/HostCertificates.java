package dev.shed.gateway.ssh.key;

import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.keyprovider.HostKeyCertificateProvider;
import org.apache.sshd.common.session.SessionContext;

/// Provides the host certificates to MINA: before it offers its algorithms, and after one has been
/// negotiated.
public record HostCertificates(List<HostCertificate> certificates) implements HostKeyCertificateProvider {
    @Override
    public Iterable<OpenSshCertificate> loadCertificates(SessionContext session) {
        return certificates.stream()
                .map(HostCertificate::current)
                .flatMap(Optional::stream)
                .toList();
    }
}
