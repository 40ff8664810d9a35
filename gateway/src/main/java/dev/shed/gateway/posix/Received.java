package dev.shed.gateway.posix;

import java.util.List;

/// What came in one message.
///
/// @param bytes none at the end of the connection
/// @param descriptors whoever takes this closes them
/// @param truncated whether there were more descriptors than may come at a time; the kernel has closed those
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Received(byte[] bytes, List<Descriptor> descriptors, boolean truncated) {
    /// How many descriptors may come at a time.
    public static final int MAX = 3;
}
