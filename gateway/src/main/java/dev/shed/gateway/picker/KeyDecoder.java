package dev.shed.gateway.picker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/// Decodes the bytes that a terminal sends: characters in UTF-8, control characters, and the escape sequences
/// of ECMA-48 for arrow keys. Unknown sequences are skipped as a whole, so that no part of them is read as a
/// letter.
final class KeyDecoder {
    private static final int ESC = 0x1b;
    private static final int MAX_SEQUENCE = 32;

    private enum State {
        GROUND,
        /// After ESC.
        ESCAPE,
        /// After `ESC [`, until a byte from `@` to `~`.
        CONTROL,
        /// After `ESC O`, one byte.
        SINGLE_SHIFT,
        CHARACTER
    }

    private State state = State.GROUND;
    private final ByteArrayOutputStream sequence = new ByteArrayOutputStream();
    private int missing;

    /// The key that this byte completes, if any.
    Optional<Key> feed(int octet) {
        return switch (state) {
            case GROUND -> ground(octet);
            case ESCAPE -> escape(octet);
            case CONTROL -> control(octet);
            // `ESC O M` is Enter on the keypad; `ESC [ M` begins a mouse report.
            case SINGLE_SHIFT -> end(octet == 'M' ? Key.Named.ENTER : arrow((char) octet, ""));
            case CHARACTER -> character(octet);
        };
    }

    /// Called when no byte has followed for a moment: a lone ESC is then the Escape key.
    Optional<Key> idle() {
        return state == State.ESCAPE ? end(Key.Named.ESCAPE) : Optional.empty();
    }

    private Optional<Key> ground(int octet) {
        sequence.reset();
        if (octet == ESC) {
            state = State.ESCAPE;
            return Optional.empty();
        }
        if (octet < 0x20 || octet == 0x7f) {
            return Optional.of(controlCharacter(octet));
        }
        if (octet < 0x80) {
            return Optional.of(new Key.Text(String.valueOf((char) octet)));
        }
        missing = octet >= 0xf0 ? 3 : octet >= 0xe0 ? 2 : octet >= 0xc2 ? 1 : 0;
        if (missing == 0) {
            return Optional.of(Key.Named.OTHER);
        }
        sequence.write(octet);
        state = State.CHARACTER;
        return Optional.empty();
    }

    private Optional<Key> character(int octet) {
        if ((octet & 0xc0) != 0x80) {
            state = State.GROUND;
            return ground(octet);
        }
        sequence.write(octet);
        missing--;
        return missing > 0 ? Optional.empty() : end(new Key.Text(sequence.toString(UTF_8)));
    }

    private Optional<Key> escape(int octet) {
        switch (octet) {
            case '[' -> state = State.CONTROL;
            case 'O' -> state = State.SINGLE_SHIFT;
            case ESC -> {
                return Optional.of(Key.Named.ESCAPE);
            }
            default -> {
                return end(Key.Named.OTHER); // Alt and a letter
            }
        }
        return Optional.empty();
    }

    private Optional<Key> control(int octet) {
        if (octet >= 0x40 && octet <= 0x7e) {
            return end(arrow((char) octet, sequence.toString(UTF_8)));
        }
        sequence.write(octet);
        return sequence.size() > MAX_SEQUENCE ? end(Key.Named.OTHER) : Optional.empty();
    }

    private Optional<Key> end(Key key) {
        state = State.GROUND;
        sequence.reset();
        return Optional.of(key);
    }

    private static Key arrow(char last, String parameters) {
        return switch (last) {
            case 'A' -> Key.Named.UP;
            case 'B' -> Key.Named.DOWN;
            case 'H' -> Key.Named.HOME;
            case 'F' -> Key.Named.END;
            case '~' ->
                switch (parameters) {
                    case "1", "7" -> Key.Named.HOME;
                    case "4", "8" -> Key.Named.END;
                    case "5" -> Key.Named.PAGE_UP;
                    case "6" -> Key.Named.PAGE_DOWN;
                    default -> Key.Named.OTHER;
                };
            default -> Key.Named.OTHER;
        };
    }

    private static Key controlCharacter(int octet) {
        return switch (octet) {
            case 0x03, 0x04 -> Key.Named.LEAVE; // Ctrl-C, Ctrl-D
            case 0x08, 0x7f -> Key.Named.BACKSPACE;
            case '\r', '\n' -> Key.Named.ENTER;
            case 0x0c -> Key.Named.REDRAW; // Ctrl-L
            case 0x0e -> Key.Named.DOWN; // Ctrl-N
            case 0x10 -> Key.Named.UP; // Ctrl-P
            case 0x15 -> Key.Named.CLEAR; // Ctrl-U
            default -> Key.Named.OTHER;
        };
    }
}
