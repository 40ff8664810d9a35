package dev.shed.cli.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.cli.failure.CliFailure;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is wanted, what a server says, and where there is room.
class ForwardTest {
    @Test
    void aPortIsWantedAnywhereOrInOnePlace() {
        assertThat(RequestedForward.parse("8080")).isEqualTo(new RequestedForward(Optional.empty(), 8080));
        assertThat(RequestedForward.parse("3000:80")).isEqualTo(new RequestedForward(Optional.of(3000), 80));
        assertThat(RequestedForward.parse("80").words()).isEqualTo("127.0.0.1:8080:localhost:80");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0", "65536", "100000", "-1", "a", "1:2:3", "80:host:80", ":80", "80:", " 80", "８０", "*:80"})
    void anythingElseIsRefused(String text) {
        assertThatExceptionOfType(CliFailure.class).isThrownBy(() -> RequestedForward.parse(text));
    }

    private static String only(String json) {
        return Answer.read("{\"ports\":[" + json + "]}").listeners().orElseThrow().values().stream()
                .map(listener -> new Forward(9000, listener).words() + " " + listener.process())
                .toList()
                .toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "127.0.0.1|localhost",
                "0.0.0.0|localhost",
                "::|localhost",
                "::1|localhost",
                "172.17.0.2|172.17.0.2",
                "2001:db8::1|[2001:db8::1]",
            })
    void aListenerIsReachedByNameOrAddress(String address, String host) {
        assertThat(only("{\"address\":\"" + address + "\",\"port\":7001,\"process\":\"node\"}"))
                .isEqualTo("[127.0.0.1:9000:" + host + ":7001 node]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"address\":\"-oProxyCommand=id\",\"port\":80}",
                "{\"address\":\"/var/run/docker.sock\",\"port\":80}",
                "{\"address\":\"host.example.org\",\"port\":80}",
                "{\"address\":\"127.0.0.1:22:gw\",\"port\":80}",
                "{\"address\":\"127.0.0.1\",\"port\":0}",
                "{\"address\":\"127.0.0.1\",\"port\":65536}",
                "{\"address\":\"127.0.0.1\",\"port\":\"80\"}",
                "{\"address\":\"127.0.0.1\"}",
                "{\"port\":80}",
                "7",
                "null"
            })
    void whatHasAnotherFormIsLeftOut(String row) {
        assertThat(only(row)).isEqualTo("[]");
    }

    @Test
    void aPortOfSeveralAddressesIsOneAndNamesAreHarmless() {
        assertThat(only("{\"address\":\"172.17.0.2\",\"port\":80,\"process\":\"a\"},"
                        + "{\"address\":\"::1\",\"port\":80,\"process\":\"b\\u001b[31m\"}"))
                .isEqualTo("[127.0.0.1:9000:localhost:80 b\\x1b[31m]");
    }

    @Test
    void anErrorIsToldWithItsHint() {
        var answer = Answer.read("{\"error\":{\"message\":\"no\\u0007pe\",\"hint\":\"one\\ntwo\"}}");
        assertThat(answer).isEqualTo(new Answer(Optional.empty(), Optional.of("no\\x07pe\nTry:\n  one\n  two")));
        for (var line : List.of("", "{", "[]", "{}", "{\"ports\":7}", "{\"error\":7}")) {
            assertThat(Answer.read(line)).as(line).isEqualTo(Answer.NONE);
        }
    }

    @Test
    void aTakenPortIsReplacedByOneNearItAndKept() throws Exception {
        var ports = new LocalPorts();
        int port;
        int other;
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
            other = ports.choose(port);
        }
        assertThat(other).isNotEqualTo(port);
        ports.remember(port, other);
        assertThat(ports.choose(port)).isEqualTo(other);
    }

    @Test
    void aPortForAdministratorsIsElsewhere() {
        assertThat(LocalPorts.wanted(80)).isEqualTo(8080);
        assertThat(LocalPorts.wanted(443)).isEqualTo(8443);
        assertThat(LocalPorts.wanted(1024)).isEqualTo(1024);
    }
}
