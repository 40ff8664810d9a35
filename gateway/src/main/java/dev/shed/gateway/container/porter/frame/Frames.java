package dev.shed.gateway.container.porter.frame;

/// Types and size limits of frames (docs/porter-protocol.md, sections 2 and 3).
public final class Frames {
    /// What every porter speaks.
    public static final byte VERSION = 1;

    /// Sockets that were asked for are passed, where the connection can carry descriptors.
    public static final byte PASSING = 2;

    /// So are the streams of a process without a terminal.
    public static final byte PASSING_STREAMS = 3;

    /// A listing is asked for with its own kind of program, and its connection takes another request afterwards.
    public static final byte LISTING = 4;

    /// The master of a terminal is passed, if that is asked for.
    public static final byte PASSING_TERMINALS = 5;

    static final byte NEWEST = PASSING_TERMINALS;

    /// Bytes: type and length.
    public static final int HEADER = 5;

    public static final int MAX_REQUEST = 1 << 20;
    public static final int MAX_PAYLOAD = 1 << 16;

    public static final int STAT = 0x02;
    public static final int SPAWN = 0x10;
    static final int DIAL = 0x11;
    static final int LISTEN = 0x12;
    public static final int IN = 0x20;
    public static final int IN_EOF = 0x21;
    public static final int RESIZE = 0x22;
    public static final int SIGNAL = 0x23;

    public static final int HELLO = 0x80;
    public static final int STATUS = 0x81;
    public static final int STARTED = 0x90;
    public static final int FAILED = 0x91;
    public static final int CONNECTED = 0x92;
    public static final int LISTENING = 0x93;
    public static final int OUT = 0xA0;
    public static final int ERR = 0xA1;
    public static final int OUT_EOF = 0xA2;
    public static final int CREDIT = 0xA3;
    public static final int IN_CLOSED = 0xA4;
    public static final int EXITED = 0xA5;
    public static final int KILLED = 0xA6;
    public static final int READY = 0xA7;

    private Frames() {}
}
