package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.shed.gateway.WireGateway;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.ssh.key.HostIdentity;
import java.nio.file.Files;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/// What somebody who adds a server compares the key with that it shows.
class HostKeyWireTest {
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger(HostIdentity.class);

    @BeforeEach
    void listen() {
        logged.start();
        log.setLevel(Level.INFO);
        log.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        log.setLevel(null);
        log.detachAppender(logged);
    }

    @Test
    void theFingerprintThatAClientIsShownIsInTheLog() throws Exception {
        try (var gateway = WireGateway.start(new FakeRuntime());
                var session = gateway.login("shed")) {
            var shown = session.getServerKey();
            assertThat(logged.list)
                    .filteredOn(event -> event.getMessage().equals("host key"))
                    .extracting(ILoggingEvent::getKeyValuePairs)
                    .contains(List.of(
                            new KeyValuePair("type", KeyUtils.getKeyType(shown)),
                            new KeyValuePair("fingerprint", KeyUtils.getFingerPrint(BuiltinDigests.sha256, shown))));
        }
    }

    /// As ssh-keygen writes them, so that `cat host_*.pub` has a line for each.
    @Test
    void eachPublicKeyIsALine() throws Exception {
        try (var gateway = WireGateway.start(new FakeRuntime())) {
            for (var name : List.of("host_ed25519.pub", "host_ecdsa.pub", "host_rsa.pub")) {
                assertThat(Files.readString(gateway.state().resolve(name))).endsWith(" shed-gateway\n");
            }
        }
    }
}
