package dev.shed.gateway.posix;

import java.util.List;

/// One message.
///
/// @param bytes empty at the end of the connection
/// @param descriptors the receiver has to close them
/// @param truncated whether descriptors are missing: there were more than one, or the process has too many
/// open files. The kernel has closed those.
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Received(byte[] bytes, List<Descriptor> descriptors, boolean truncated) {
    /// How many descriptors may come at a time.
    public static final int MAX = 3;
}
