package dev.shed.gateway.ssh.forward;

/// The maximum size of data packets to a client on a channel (RFC 4254, section 5.1).
public final class PacketSize {
    /// As large as our own may be. Every client takes such packets, and nothing is gained by larger ones.
    private static final long LARGEST = 32 * 1024;

    private PacketSize() {}

    /// What to use of the maximum that a client announces, which may be anything up to 4 GiB. MINA buffers a packet of
    /// the announced size, and ends the connection from 512 MiB on.
    public static long of(long announced) {
        return Math.clamp(announced, 1, LARGEST);
    }
}
