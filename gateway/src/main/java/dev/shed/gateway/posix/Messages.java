package dev.shed.gateway.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Bytes that come with descriptors (SCM_RIGHTS): `struct msghdr` and what it points to, in scratch memory.
final class Messages {
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CTRUNC = 8;

    // struct msghdr
    private static final long IOV = 16;
    private static final long IOV_LENGTH = 24;
    private static final long CONTROL = 32;
    private static final long CONTROL_LENGTH = 40;
    private static final long FLAGS = 48;
    private static final long HEADER_SIZE = 56;

    // struct cmsghdr
    private static final long LEVEL = 8;
    private static final long TYPE = 12;
    private static final long RIGHTS = 16;

    // The offsets in the scratch memory.
    private static final long PARTS_AT = 64;
    private static final long PARTS_SIZE = 16;
    private static final long CONTROL_AT = 128;
    private static final long BYTES_AT = 256;

    /// With more descriptors the message is truncated, and the kernel closes them.
    private static final long CONTROL_ROOM = RIGHTS + Received.MAX * Integer.BYTES;

    private Messages() {}

    /// Lays out the header for a message.
    ///
    /// @param room the most bytes that it may have
    static MemorySegment header(Scratch scratch, int room) {
        var memory = scratch.bytes();
        var parts = memory.asSlice(PARTS_AT, PARTS_SIZE);
        parts.set(ADDRESS, 0, memory.asSlice(BYTES_AT, room));
        parts.set(JAVA_LONG, Long.BYTES, room);
        var header = memory.asSlice(0, HEADER_SIZE).fill((byte) 0);
        header.set(ADDRESS, IOV, parts);
        header.set(JAVA_LONG, IOV_LENGTH, 1);
        header.set(ADDRESS, CONTROL, memory.asSlice(CONTROL_AT, CONTROL_ROOM));
        header.set(JAVA_LONG, CONTROL_LENGTH, CONTROL_ROOM);
        return header;
    }

    static Received received(Scratch scratch, int count) {
        var memory = scratch.bytes();
        var header = memory.asSlice(0, HEADER_SIZE);
        long controlLength = Math.min(header.get(JAVA_LONG, CONTROL_LENGTH), CONTROL_ROOM);
        var descriptors = descriptors(memory.asSlice(CONTROL_AT, controlLength));
        boolean truncated = (header.get(JAVA_INT, FLAGS) & MSG_CTRUNC) != 0;
        return new Received(memory.asSlice(BYTES_AT, count).toArray(JAVA_BYTE), descriptors, truncated);
    }

    private static List<Descriptor> descriptors(MemorySegment control) {
        var all = new ArrayList<Descriptor>();
        if (control.byteSize() >= RIGHTS
                && control.get(JAVA_INT, LEVEL) == SOL_SOCKET
                && control.get(JAVA_INT, TYPE) == SCM_RIGHTS) {
            long end = Math.min(control.get(JAVA_LONG, 0), control.byteSize());
            for (long at = RIGHTS; at + Integer.BYTES <= end; at += Integer.BYTES) {
                all.add(new Descriptor(control.get(JAVA_INT, at)));
            }
        }
        return List.copyOf(all);
    }
}
