package dev.shed.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private static Optional<ProxyHeader> read(byte[] bytes) throws ProxyHeader.MalformedException {
        var shifted = new byte[bytes.length + 3];
        System.arraycopy(bytes, 0, shifted, 3, bytes.length);
        return ProxyHeader.read(shifted, 3, bytes.length);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] binary(String rest) {
        return HexFormat.of().parseHex(SIGNATURE + rest.replace(" ", ""));
    }

    private static InetSocketAddress end(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 192.0.2.1 198.51.100.2 56324 22, 192.0.2.1, 56324, 198.51.100.2, 22",
        "PROXY TCP4 255.255.255.255 0.0.0.0 65535 0, 255.255.255.255, 65535, 0.0.0.0, 0",
        "PROXY TCP6 2001:db8::1 ::1 1 2, 2001:db8::1, 1, ::1, 2",
        "PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2, 192.0.2.1, 1, ::1, 2",
    })
    void aLineNamesBothEnds(String line, String source, int sourcePort, String destination, int port)
            throws ProxyHeader.MalformedException {
        assertThat(read(text(line + "\r\nSSH-2.0-x\r\n")))
                .contains(new ProxyHeader(
                        line.length() + 2,
                        Optional.of(new ProxyHeader.Ends(end(source, sourcePort), end(destination, port)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN", "PROXY UNKNOWN ffff::1 ffff::2 65535 65535", "PROXY UNKNOWN \u0001"})
    void anUnknownConnectionIsTheProxysOwn(String line) throws ProxyHeader.MalformedException {
        assertThat(read(text(line + "\r\n"))).contains(new ProxyHeader(line.length() + 2, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-x\r\n",
                "PROXY\r\n",
                "PROXY \r\n",
                "PROXY TCP4\r\n",
                "PROXY TCP5 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n",
                "PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n",
                "PROXY TCP4 192.0.2 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n",
                "PROXY TCP4 ::1 ::1 1 2\r\n",
                "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP6 1::2::3 ::1 1 2\r\n",
                "PROXY TCP4 localhost 192.0.2.2 1 2\r\n",
                "PROXY UNKNOWNX\r\n",
                "proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "\r\nPROXY UNKNOWN\r\n",
            })
    void aLineThatIsNotOneIsRefused(String line) {
        assertThatThrownBy(() -> read(text(line))).isInstanceOf(ProxyHeader.MalformedException.class);
    }

    @Test
    void aLineIsNotLongerThanItMayBe() throws ProxyHeader.MalformedException {
        assertThat(read(text("PROXY UNKNOWN " + "x".repeat(91) + "\r\n"))).isPresent();
        assertThat(read(text("PROXY UNKNOWN " + "x".repeat(92)))).isEmpty();
        assertThatThrownBy(() -> read(text("PROXY UNKNOWN " + "x".repeat(93)))).hasMessageContaining("without an end");
    }

    @Test
    void aBinaryHeaderNamesBothEnds() throws ProxyHeader.MalformedException {
        assertThat(read(binary("21 11 000c c0000201 c6336402 dc04 0016 53")))
                .contains(new ProxyHeader(
                        28, Optional.of(new ProxyHeader.Ends(end("192.0.2.1", 56324), end("198.51.100.2", 22)))));
        assertThat(read(binary(
                        "21 21 0024 20010db8000000000000000000000001 00000000000000000000000000000001 0001 ffff")))
                .contains(new ProxyHeader(
                        52, Optional.of(new ProxyHeader.Ends(end("2001:db8::1", 1), end("::1", 65535)))));
    }

    @Test
    void whatAProxyAddsIsPassedOver() throws ProxyHeader.MalformedException {
        assertThat(read(binary("21 11 0010 c0000201 c6336402 dc04 0016 04 0001 00 53")))
                .hasValueSatisfying(header -> assertThat(header.length()).isEqualTo(32));
    }

    /// A health check, or a connection that the proxy does not know the ends of.
    @ParameterizedTest
    @ValueSource(strings = {"20 00 0000", "20 11 0002 0102", "20 ff 0000", "21 00 0003 010203"})
    void aConnectionOfTheProxyItselfHasItsOwnEnds(String header) throws ProxyHeader.MalformedException {
        var bytes = binary(header);
        assertThat(read(bytes)).contains(new ProxyHeader(bytes.length, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "22 11 000c",
                "11 11 000c",
                "31 11 000c",
                "21 12 000c",
                "21 22 0024",
                "21 31 00d8",
                "21 01 000c",
                "21 11 000b",
                "21 21 0023",
                "21 11 1001",
                "21 11 ffff",
            })
    void aBinaryHeaderThatIsNotOneIsRefusedBeforeItIsComplete(String header) {
        assertThatThrownBy(() -> read(binary(header))).isInstanceOf(ProxyHeader.MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY TCP6 2001:db8::1 ::1 1 2\r\n", "\r\n\r\n\0\r\nQUIT\n!\u0011\0\u000c123456789012"})
    void everyBeginningIsWaitedFor(String header) throws ProxyHeader.MalformedException {
        var bytes = text(header);
        for (int length = 0; length < bytes.length; length++) {
            assertThat(read(Arrays.copyOf(bytes, length)))
                    .as("%d bytes", length)
                    .isEmpty();
        }
        assertThat(read(bytes)).isPresent();
    }

    @Property
    boolean anyBytesAreAHeaderOrNotAndNeverMore(@ForAll @Size(max = 300) byte[] bytes) {
        return isWithin(bytes);
    }

    @Property
    boolean anyBytesAfterTheSignature(@ForAll @Size(max = 300) byte[] bytes) {
        var all = Arrays.copyOf(HexFormat.of().parseHex(SIGNATURE), 12 + bytes.length);
        System.arraycopy(bytes, 0, all, 12, bytes.length);
        return isWithin(all);
    }

    private static boolean isWithin(byte[] bytes) {
        try {
            return ProxyHeader.read(bytes, 0, bytes.length)
                    .map(header -> header.length() > 0 && header.length() <= bytes.length)
                    .orElse(true);
        } catch (ProxyHeader.MalformedException _) {
            return true;
        }
    }
}
