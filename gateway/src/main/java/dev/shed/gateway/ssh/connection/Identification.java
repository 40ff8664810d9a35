package dev.shed.gateway.ssh.connection;

import java.nio.charset.StandardCharsets;

/// The identification line of a client (RFC 4253, section 4.2).
final class Identification {
    /// Bytes, without the line feed.
    private static final int LONGEST = 254;

    private static final String PREFIX = "SSH-";

    private Identification() {}

    /// Whether the bytes received so far are an identification line or the beginning of one. Bytes after the
    /// line are ignored.
    static boolean mayBecomeOne(byte[] bytes, int offset, int length) {
        var seen = new String(bytes, offset, Math.min(length, LONGEST + 1), StandardCharsets.ISO_8859_1);
        int end = seen.indexOf('\n');
        var line = end < 0 ? seen : seen.substring(0, end);
        int carriageReturn = line.indexOf('\r');
        return (line.startsWith(PREFIX) || (end < 0 && PREFIX.startsWith(line)))
                && line.length() <= LONGEST
                && line.indexOf('\0') < 0
                && (carriageReturn < 0 || carriageReturn == line.length() - 1);
    }
}
