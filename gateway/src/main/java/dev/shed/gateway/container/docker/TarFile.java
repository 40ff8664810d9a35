package dev.shed.gateway.container.docker;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// The smallest archives that the engine accepts (POSIX ustar): a directory owned by root, alone or with a
/// file.
final class TarFile {
    private static final int BLOCK = 512;
    private static final int MAX_NAME = 100;
    private static final String EXECUTABLE = "0000755";
    private static final String SHARED = "0001777";
    private static final int SIZE = 124;
    private static final int SIZE_LENGTH = 12;
    private static final int TYPE = 156;

    /// The types of a plain file.
    private static final String PLAIN = "0\0";

    /// The types of an entry that says more about the next one.
    private static final String EXTENDED = "xgLK";

    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;

    private TarFile() {}

    /// One file that all users can execute, in its directory.
    ///
    /// @param path absolute; the archive is unpacked at the root
    static InputStream executable(String path, byte[] content) {
        var name = path.substring(1);
        var archive = new ByteArrayOutputStream();
        int slash = name.lastIndexOf('/');
        if (slash > 0) {
            archive.writeBytes(header(name.substring(0, slash + 1), EXECUTABLE, 0, '5'));
        }
        archive.writeBytes(header(name, EXECUTABLE, content.length, '0'));
        archive.writeBytes(content);
        int padding = Math.floorMod(-content.length, BLOCK);
        archive.writeBytes(new byte[padding + 2 * BLOCK]);
        return new ByteArrayInputStream(archive.toByteArray());
    }

    /// A directory in which all users may create files of their own (mode 1777), inside a directory owned by
    /// root.
    ///
    /// @param path absolute; the archive is unpacked at the root
    static InputStream shared(String path) {
        var name = path.substring(1) + "/";
        var archive = new ByteArrayOutputStream();
        archive.writeBytes(header(name.substring(0, name.indexOf('/') + 1), EXECUTABLE, 0, '5'));
        archive.writeBytes(header(name, SHARED, 0, '5'));
        archive.writeBytes(new byte[2 * BLOCK]);
        return new ByteArrayInputStream(archive.toByteArray());
    }

    /// The content of the first file in an archive, if that is a plain file; else nothing.
    ///
    /// @param most how many bytes of it are read
    static byte[] first(InputStream archive, int most) throws IOException {
        var header = archive.readNBytes(BLOCK);
        while (header.length == BLOCK && EXTENDED.indexOf(header[TYPE]) >= 0) {
            archive.skipNBytes(Math.ceilDiv(size(header), BLOCK) * BLOCK);
            header = archive.readNBytes(BLOCK);
        }
        boolean plain = header.length == BLOCK && PLAIN.indexOf(header[TYPE]) >= 0;
        return plain ? archive.readNBytes(Math.clamp(size(header), 0, most)) : new byte[0];
    }

    private static long size(byte[] header) throws IOException {
        var text = new String(header, SIZE, SIZE_LENGTH, StandardCharsets.US_ASCII).replaceAll("[ \0]", "");
        try {
            return Long.parseLong(text, 8);
        } catch (NumberFormatException e) {
            throw new IOException("not the size of a file: " + text, e);
        }
    }

    private static byte[] header(String name, String mode, int size, char type) {
        if (name.length() > MAX_NAME) {
            throw new IllegalArgumentException("longer than ustar allows: " + name);
        }
        var header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, mode);
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, SIZE, String.format("%011o", size));
        put(header, 136, "00000000000");
        put(header, CHECKSUM, " ".repeat(CHECKSUM_LENGTH));
        put(header, TYPE, String.valueOf(type));
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, CHECKSUM, String.format("%06o\0 ", sum));
        return header;
    }

    private static void put(byte[] header, int offset, String text) {
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }
}
