package dev.shed.gateway.ssh.key;

import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.keyprovider.HostKeyCertificateProvider;
import org.apache.sshd.common.session.SessionContext;

/// The certificates of the host keys, as MINA asks for them: before it offers its algorithms, and after one of them has
/// been agreed on.
public record HostCertificates(List<HostCertificate> certificates) implements HostKeyCertificateProvider {
    @Override
    public Iterable<OpenSshCertificate> loadCertificates(SessionContext session) {
        return certificates.stream()
                .map(HostCertificate::current)
                .flatMap(Optional::stream)
                .toList();
    }
}
