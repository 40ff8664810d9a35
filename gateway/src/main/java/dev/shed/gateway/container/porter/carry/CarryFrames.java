package dev.shed.gateway.container.porter.carry;

import java.nio.ByteBuffer;

/// Types and limits of the frames of a carrier's stream (docs/porter-protocol.md, section 12).
final class CarryFrames {
    /// The first byte of the stream from the porter.
    static final byte VERSION = 1;

    /// Bytes: type, channel and length.
    static final int HEADER = 9;

    static final int OPEN = 1;
    static final int DATA = 2;
    static final int WINDOW_ADJUST = 3;
    static final int EOF = 4;
    static final int CLOSE = 5;
    static final int KEEPALIVE = 6;

    /// Bytes of a frame of `DATA`.
    static final int MAX_DATA = 1 << 15;

    /// Bytes of one channel that may be under way in each direction.
    static final int WINDOW = 1 << 16;

    /// Bytes that the porter may send on a channel before the gateway grants more: room for a greeting.
    static final int FIRST_CREDIT = 2048;

    /// Channels that may be open at a time.
    static final int MAX_CHANNELS = 1024;

    private CarryFrames() {}

    /// Puts a frame without a payload, or the header of one.
    static void header(ByteBuffer to, int type, long channel, int length) {
        to.put((byte) type).putInt((int) channel).putInt(length);
    }
}
