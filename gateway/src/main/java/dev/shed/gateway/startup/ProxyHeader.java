package dev.shed.gateway.startup;

import java.io.IOException;
import java.io.Serial;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The header of a forwarded connection in the PROXY protocol, version 1 or 2
/// (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt). Parsing is strict: malformed bytes are
/// reported as soon as they are received.
///
/// @param length bytes of the header
/// @param ends the addresses of the connection to the proxy. Empty if the proxy connects for itself (a health
/// check) or does not know them; then the addresses of the socket apply
public record ProxyHeader(int length, Optional<Ends> ends) {
    /// The addresses of the client and of its destination.
    public record Ends(InetSocketAddress source, InetSocketAddress destination) {}

    /// The bytes are no valid header.
    public static final class MalformedException extends IOException {
        @Serial
        private static final long serialVersionUID = 1L;

        MalformedException(String what) {
            super("PROXY header: " + what);
        }
    }

    private static final byte[] TEXT = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_TEXT = 107;
    private static final Pattern LINE = Pattern.compile("PROXY (TCP4|TCP6) ([0-9a-fA-F:.]{2,45}) ([0-9a-fA-F:.]{2,45})"
            + " (0|[1-9][0-9]{0,4}) (0|[1-9][0-9]{0,4})");
    private static final Pattern UNKNOWN = Pattern.compile("PROXY UNKNOWN( [^\\r\\n]*)?");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final int BINARY_HEAD = SIGNATURE.length + 4;

    /// Bytes: addresses and additional fields. Far more than any proxy sends.
    private static final int LONGEST_BODY = 4096;

    /// Parses a header at `offset` in `bytes`.
    ///
    /// @return empty if more bytes are needed
    public static Optional<ProxyHeader> read(byte[] bytes, int offset, int length) throws MalformedException {
        if (begins(bytes, offset, length, SIGNATURE)) {
            return length < BINARY_HEAD ? Optional.empty() : binary(ByteBuffer.wrap(bytes, offset, length));
        }
        if (begins(bytes, offset, length, TEXT)) {
            return text(new String(bytes, offset, Math.min(length, LONGEST_TEXT), StandardCharsets.ISO_8859_1));
        }
        throw new MalformedException("neither version 1 nor 2");
    }

    private static boolean begins(byte[] bytes, int offset, int length, byte[] with) {
        int there = Math.min(length, with.length);
        return Arrays.equals(bytes, offset, offset + there, with, 0, there);
    }

    private static Optional<ProxyHeader> text(String seen) throws MalformedException {
        int end = seen.indexOf("\r\n");
        if (end < 0) {
            if (seen.length() == LONGEST_TEXT || seen.indexOf('\n') >= 0) {
                throw new MalformedException("a line without an end");
            }
            return Optional.empty();
        }
        var line = seen.substring(0, end);
        var parts = LINE.matcher(line);
        if (parts.matches()) {
            return Optional.of(new ProxyHeader(end + 2, Optional.of(ends(parts))));
        }
        if (UNKNOWN.matcher(line).matches()) {
            return Optional.of(new ProxyHeader(end + 2, Optional.empty()));
        }
        throw new MalformedException("a line that is not of version 1");
    }

    private static Ends ends(Matcher parts) throws MalformedException {
        boolean ipv4 = parts.group(1).equals("TCP4");
        return new Ends(end(ipv4, parts.group(2), parts.group(4)), end(ipv4, parts.group(3), parts.group(5)));
    }

    private static InetSocketAddress end(boolean ipv4, String address, String port) throws MalformedException {
        int number = Integer.parseInt(port);
        if (number > 0xffff || (ipv4 ? !IPV4.matcher(address).matches() : address.indexOf(':') < 0)) {
            throw new MalformedException("an invalid address or port");
        }
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(address), number);
        } catch (IllegalArgumentException _) {
            throw new MalformedException("an invalid address");
        }
    }

    private static Optional<ProxyHeader> binary(ByteBuffer bytes) throws MalformedException {
        bytes.position(bytes.position() + SIGNATURE.length);
        int command = bytes.get() & 0xff;
        int family = bytes.get() & 0xff;
        int body = bytes.getShort() & 0xffff;
        if (body > LONGEST_BODY) {
            throw new MalformedException("too long, " + body + " bytes");
        }
        if (command != 0x20 && command != 0x21) {
            throw new MalformedException("an unknown version or command");
        }
        boolean own = command == 0x20 || family == 0;
        int addresses = own ? 0 : addressLength(family);
        if (body < 2 * (addresses + (own ? 0 : Short.BYTES))) {
            throw new MalformedException("too short for its addresses");
        }
        if (bytes.remaining() < body) {
            return Optional.empty();
        }
        var ends = own ? Optional.<Ends>empty() : Optional.of(ends(bytes, addresses));
        return Optional.of(new ProxyHeader(BINARY_HEAD + body, ends));
    }

    /// Accepts TCP only, because SSH uses no other transport.
    private static int addressLength(int family) throws MalformedException {
        return switch (family) {
            case 0x11 -> 4;
            case 0x21 -> 16;
            default -> throw new MalformedException("a connection that is not TCP");
        };
    }

    private static Ends ends(ByteBuffer bytes, int length) throws MalformedException {
        byte[] source = new byte[length];
        byte[] destination = new byte[length];
        bytes.get(source).get(destination);
        return new Ends(end(source, bytes.getShort()), end(destination, bytes.getShort()));
    }

    private static InetSocketAddress end(byte[] address, short port) throws MalformedException {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port & 0xffff);
        } catch (IOException _) {
            throw new MalformedException("an invalid address");
        }
    }
}
