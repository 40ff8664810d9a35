package dev.shed.gateway.container.porter;

/// Kinds and bounds of frames (docs/porter-protocol.md, sections 2 and 3).
final class Frames {
    static final byte VERSION = 1;

    /// Type and length.
    static final int HEADER = 5;

    static final int MAX_REQUEST = 1 << 20;
    static final int MAX_PAYLOAD = 1 << 16;

    static final int STAT = 0x02;
    static final int SPAWN = 0x10;
    static final int DIAL = 0x11;
    static final int LISTEN = 0x12;
    static final int IN = 0x20;
    static final int IN_EOF = 0x21;
    static final int RESIZE = 0x22;
    static final int SIGNAL = 0x23;

    static final int HELLO = 0x80;
    static final int STATUS = 0x81;
    static final int STARTED = 0x90;
    static final int FAILED = 0x91;
    static final int CONNECTED = 0x92;
    static final int LISTENING = 0x93;
    static final int OUT = 0xA0;
    static final int ERR = 0xA1;
    static final int OUT_EOF = 0xA2;
    static final int CREDIT = 0xA3;
    static final int IN_CLOSED = 0xA4;
    static final int EXITED = 0xA5;
    static final int KILLED = 0xA6;

    private Frames() {}
}
