package dev.shed.gateway.recording;

import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.WindowSize;

/// What is written into a recording.
sealed interface Entry {
    /// How many bytes it takes while it waits.
    int size();

    /// What a client was shown.
    record Output(ByteString bytes) implements Entry {
        @Override
        public int size() {
            return bytes.length() + OVERHEAD;
        }
    }

    record Resize(WindowSize to) implements Entry {
        @Override
        public int size() {
            return OVERHEAD;
        }
    }

    /// Something that happened, in words.
    record Mark(String text) implements Entry {
        @Override
        public int size() {
            return text.length() + OVERHEAD;
        }
    }

    /// Nobody is attached any more: the file need not stay open.
    record Idle() implements Entry {
        @Override
        public int size() {
            return OVERHEAD;
        }
    }

    /// Of the objects around the bytes.
    int OVERHEAD = 100;
}
