package dev.shed.gateway.ssh.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentificationTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "S",
                "SSH",
                "SSH-",
                "SSH-2.0-x",
                "SSH-2.0-x\r",
                "SSH-2.0-x\r\n",
                "SSH-2.0-x y\n",
                "SSH-1.5-old\n",
                "SSH-2.0-x\r\n\0\0\1\r\r"
            })
    void aBeginningIsWaitedFor(String text) {
        assertThat(mayBecomeOne(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n",
                "\r",
                "SSH\n",
                "SSH2",
                "GET / HTTP/1.1\r\n",
                "\u0016\u0003\u0001",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 22\r\nSSH-2.0-x\r\n",
                "SSH-2.0-x\r\r",
                "SSH-2.0-x\ry",
                "SSH-2.0-\0"
            })
    void anythingElseIsKnownAtOnce(String text) {
        assertThat(mayBecomeOne(text)).isFalse();
    }

    @Test
    void aLineHasAnEnd() {
        assertThat(mayBecomeOne("SSH-2.0-" + "x".repeat(246))).isTrue();
        assertThat(mayBecomeOne("SSH-2.0-" + "x".repeat(246) + "\n")).isTrue();
        assertThat(mayBecomeOne("SSH-2.0-" + "x".repeat(247))).isFalse();
    }

    private static boolean mayBecomeOne(String text) {
        var bytes = ("before" + text).getBytes(StandardCharsets.ISO_8859_1);
        return Identification.mayBecomeOne(bytes, 6, bytes.length - 6);
    }
}
