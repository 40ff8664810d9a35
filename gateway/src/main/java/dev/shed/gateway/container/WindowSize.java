package dev.shed.gateway.container;

/// The size of a terminal (RFC 4254, sections 6.2 and 6.7).
///
/// @param rows 1 to 65535
/// @param columns 1 to 65535
/// @param xPixels width in pixels, 0 if unknown
/// @param yPixels height in pixels, 0 if unknown
public record WindowSize(int rows, int columns, int xPixels, int yPixels) {
    /// The size to assume if the client does not send one.
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

    /// A size in characters; the size in pixels is unknown.
    public WindowSize(int rows, int columns) {
        this(rows, columns, 0, 0);
    }

    /// A size from the client, where 0 means "unknown". The values are not trusted: 0 becomes the default,
    /// and the others are clamped to the kernel's range.
    public static WindowSize fromWire(long rows, long columns, long xPixels, long yPixels) {
        return new WindowSize(
                clamp(rows, DEFAULT.rows), clamp(columns, DEFAULT.columns), clamp(xPixels, 0), clamp(yPixels, 0));
    }

    private static int clamp(long value, int unknown) {
        return value <= 0 ? unknown : (int) Math.min(value, MAX);
    }
}
