package dev.shed.gateway.container;

/// The size of a terminal (RFC 4254, sections 6.2 and 6.7).
///
/// @param rows 1 to 65535
/// @param columns 1 to 65535
/// @param xPixels its width in pixels, 0 when not known
/// @param yPixels its height in pixels, 0 when not known
public record WindowSize(int rows, int columns, int xPixels, int yPixels) {
    /// What a terminal is taken to be when it does not say.
    public static final WindowSize DEFAULT = new WindowSize(24, 80);

    private static final int MAX = 0xffff;

    public WindowSize {
        if (rows < 1 || rows > MAX || columns < 1 || columns > MAX) {
            throw new IllegalArgumentException("rows " + rows + ", columns " + columns);
        }
        if (xPixels < 0 || xPixels > MAX || yPixels < 0 || yPixels > MAX) {
            throw new IllegalArgumentException("pixels " + xPixels + " x " + yPixels);
        }
    }

    /// A size in cells; that in pixels is not known.
    public WindowSize(int rows, int columns) {
        this(rows, columns, 0, 0);
    }

    /// A size from the wire, where 0 means "not known" and nothing is trusted: zeros become the default's,
    /// the rest is cut to what a kernel can hold.
    public static WindowSize fromWire(long rows, long columns, long xPixels, long yPixels) {
        return new WindowSize(
                clamp(rows, DEFAULT.rows), clamp(columns, DEFAULT.columns), clamp(xPixels, 0), clamp(yPixels, 0));
    }

    private static int clamp(long value, int unknown) {
        return value <= 0 ? unknown : (int) Math.min(value, MAX);
    }
}
