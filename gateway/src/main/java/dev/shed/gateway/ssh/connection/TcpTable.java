package dev.shed.gateway.ssh.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Linux's table of TCP connections (proc(5), `/proc/net/tcp`). Java does not report how many of the written
/// bytes the peer has not acknowledged yet; this table does. Reading it takes milliseconds.
final class TcpTable {
    private static final Logger LOG = LoggerFactory.getLogger(TcpTable.class);

    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int QUEUES = 4;

    private final List<Path> files;

    TcpTable() {
        this(List.of(Path.of("/proc/net/tcp6"), Path.of("/proc/net/tcp")));
    }

    TcpTable(List<Path> files) {
        this.files = files;
    }

    /// Bytes that were written to a connection and are not acknowledged; empty if the table does not list the
    /// connection.
    OptionalLong unacknowledged(InetSocketAddress local, InetSocketAddress remote) {
        return files.stream()
                .flatMapToLong(file -> find(file, local, remote).stream())
                .findFirst();
    }

    private static OptionalLong find(Path file, InetSocketAddress local, InetSocketAddress remote) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> line.strip().split("\\s+", QUEUES + 2))
                    .filter(fields -> fields.length > QUEUES)
                    .filter(fields -> is(fields[LOCAL], local) && is(fields[REMOTE], remote))
                    .mapToLong(fields -> Long.parseLong(before(fields[QUEUES]), 16))
                    .findFirst();
        } catch (IOException | RuntimeException e) {
            LOG.atDebug().addKeyValue("file", file).setCause(e).log("connections not read");
            return OptionalLong.empty();
        }
    }

    /// @param end an address and port in hexadecimal, such as `0100007F:08AE`
    private static boolean is(String end, InetSocketAddress address) throws NumberFormatException {
        int colon = end.indexOf(':');
        return colon > 0
                && Integer.parseInt(end.substring(colon + 1), 16) == address.getPort()
                && address(end.substring(0, colon)).equals(address.getAddress());
    }

    /// Decodes 32-bit words in the machine's byte order. Java turns an IPv4-mapped IPv6 address into an IPv4
    /// address.
    private static InetAddress address(String hex) {
        var bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        var ordered = ByteBuffer.allocate(bytes.capacity());
        while (bytes.hasRemaining()) {
            int word = bytes.getInt();
            ordered.putInt(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(word) : word);
        }
        try {
            return InetAddress.getByAddress(ordered.array());
        } catch (IOException e) {
            throw new IllegalArgumentException(hex, e);
        }
    }

    private static String before(String queues) {
        return queues.substring(0, queues.indexOf(':'));
    }
}
