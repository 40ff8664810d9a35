package dev.shed.cli.main;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Text that preserves bytes that are not UTF-8: each is represented by a lone surrogate from U+DC80 to
/// U+DCFF. The JVM decodes arguments by the locale and loses other bytes, so they are read again where the
/// system provides them.
final class RawText {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final int ESCAPE = 0xDC00;
    private static final int HIGHEST_BYTE = 0xFF;

    private RawText() {}

    /// The arguments of this process, byte for byte if possible.
    static List<String> arguments(String... decoded) throws IOException {
        boolean ascii = List.of(decoded).stream().allMatch(word -> word.chars().allMatch(c -> c < 0x80));
        if (ascii || !Files.exists(COMMAND_LINE)) {
            return List.of(decoded);
        }
        var words = split(Files.readAllBytes(COMMAND_LINE));
        return List.copyOf(words.subList(words.size() - decoded.length, words.size()));
    }

    /// Splits arguments that end in NUL.
    private static List<String> split(byte[] bytes) {
        var words = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                words.add(decode(ByteBuffer.wrap(bytes, start, i - start)));
                start = i + 1;
            }
        }
        return words;
    }

    static String decode(ByteBuffer bytes) {
        var decoder = UTF_8.newDecoder();
        var text = CharBuffer.allocate(bytes.remaining());
        for (var result = decoder.decode(bytes, text, true);
                result.isError();
                result = decoder.decode(bytes, text, true)) {
            keep(bytes, text, result);
        }
        return text.flip().toString();
    }

    private static void keep(ByteBuffer bytes, CharBuffer text, CoderResult error) {
        for (int i = 0; i < error.length(); i++) {
            text.put((char) (ESCAPE + Byte.toUnsignedInt(bytes.get())));
        }
    }

    static byte[] encode(String text) {
        var bytes = new ByteArrayOutputStream();
        text.codePoints().forEach(c -> {
            if (c >= ESCAPE + 0x80 && c <= ESCAPE + HIGHEST_BYTE) {
                bytes.write(c - ESCAPE);
            } else {
                bytes.writeBytes(Character.toString(c).getBytes(UTF_8));
            }
        });
        return bytes.toByteArray();
    }
}
