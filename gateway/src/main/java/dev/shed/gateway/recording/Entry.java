package dev.shed.gateway.recording;

import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.WindowSize;

/// An entry of a recording.
sealed interface Entry {
    /// The memory that the entry takes in the queue, in bytes.
    int size();

    /// Output that was sent to a client.
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

    /// A marker with a text.
    record Mark(String text) implements Entry {
        @Override
        public int size() {
            return text.length() + OVERHEAD;
        }
    }

    /// No client is attached any more, so the file can be closed.
    record Idle() implements Entry {
        @Override
        public int size() {
            return OVERHEAD;
        }
    }

    /// The size of the objects around the bytes of an entry.
    int OVERHEAD = 100;
}
