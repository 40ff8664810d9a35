package dev.shed.gateway.container;

/// The size of a terminal, in character cells (RFC 4254, sections 6.2 and 6.7).
///
/// @param rows 1 to 65535
/// @param columns 1 to 65535
public record WindowSize(int rows, int columns) {
    /// What a terminal is taken to be when it does not say.
    public static final WindowSize DEFAULT = new WindowSize(24, 80);

    private static final int MAX = 0xffff;

    public WindowSize {
        if (rows < 1 || rows > MAX || columns < 1 || columns > MAX) {
            throw new IllegalArgumentException("rows " + rows + ", columns " + columns);
        }
    }

    /// A size from the wire, where 0 means "not known" and nothing is trusted: zeros become the default's,
    /// the rest is cut to what a kernel can hold.
    public static WindowSize fromWire(long rows, long columns) {
        return new WindowSize(clamp(rows, DEFAULT.rows), clamp(columns, DEFAULT.columns));
    }

    private static int clamp(long value, int unknown) {
        return value <= 0 ? unknown : (int) Math.min(value, MAX);
    }
}
