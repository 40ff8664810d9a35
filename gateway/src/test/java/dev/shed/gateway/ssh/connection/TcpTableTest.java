package dev.shed.gateway.ssh.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpTableTest {
    private static final String TABLE = """
              sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt
               0: 00000000000000000000000000000000:08AE 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
               1: 0000000000000000FFFF00000100007F:08AE 0000000000000000FFFF00000100007F:C001 01 00012345:00000007 01:00000014
               2: B80D0120000000000000000001000000:08AE B80D0120000000000000000002000000:C001 01 00000010:00000000 00:00000000
               3: 0100007F:08AE 0200007F:C002 01 00000020:00000000 00:00000000
            not a line
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, 49153, 74565",
        "2001:db8::1, 2001:db8::2, 49153, 16",
        "127.0.0.1, 127.0.0.2, 49154, 32"
    })
    void aConnectionIsFoundByItsEnds(String local, String remote, int port, long expected) throws IOException {
        var table = table();
        assertThat(table.unacknowledged(end(local, 2222), end(remote, port))).hasValue(expected);
        assertThat(table.unacknowledged(end(local, 2223), end(remote, port))).isEmpty();
        assertThat(table.unacknowledged(end(local, 2222), end(remote, 1))).isEmpty();
        assertThat(table.unacknowledged(end(local, 2222), end("127.0.0.9", port)))
                .isEmpty();
    }

    @Test
    void withoutATableNothingIsKnown() throws IOException {
        var table = new TcpTable(List.of(directory.resolve("nowhere")));
        assertThat(table.unacknowledged(end("127.0.0.1", 1), end("127.0.0.1", 2)))
                .isEmpty();
    }

    @Test
    void whatNobodyReadsIsSeen() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = SocketChannel.open()) {
            client.connect(server.getLocalSocketAddress());
            client.configureBlocking(false);
            var bytes = ByteBuffer.allocate(32 * 1024 * 1024);
            client.write(bytes);
            var here = (InetSocketAddress) client.getLocalAddress();
            var there = (InetSocketAddress) client.getRemoteAddress();
            assertThat(new TcpTable().unacknowledged(here, there).orElseThrow())
                    .isPositive()
                    .isLessThan(bytes.position());
        }
    }

    private TcpTable table() throws IOException {
        return new TcpTable(List.of(Files.writeString(directory.resolve("tcp"), TABLE)));
    }

    private static InetSocketAddress end(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }
}
