package dev.shed.gateway.ssh.forward;

/// The maximum size of data packets to a client on a channel (RFC 4254, section 5.1).
public final class PacketSize {
    /// The gateway's own maximum. Every client supports packets of this size, and larger ones have no
    /// benefit.
    private static final long LARGEST = 32 * 1024;

    private PacketSize() {}

    /// The size to use for the maximum that a client announces, which may be up to 4 GiB. MINA would allocate
    /// a buffer of that size, and close the connection from 512 MiB on.
    public static long of(long announced) {
        return Math.clamp(announced, 1, LARGEST);
    }
}
