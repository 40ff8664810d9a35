package dev.shed.gateway.tmux;

import dev.shed.gateway.stream.BlockOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Reads the answer to [Tmux#look] as it comes, in little memory whatever its length.
public final class ScreenStream extends BlockOutput {
    /// Of the description of a pane; the title is the longest part.
    private static final int MAX_DESCRIPTION = 64 * 1024;

    private static final int MAX_ROWS = 10_000;

    /// Gets what is read: the pane first, then its lines.
    public interface Listener extends ScreenReader.Listener {
        void pane(Pane pane) throws IOException;
    }

    private final Listener listener;
    private final ScreenReader reader;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final CharBuffer characters = CharBuffer.allocate(4096);
    private final ByteArrayOutputStream description = new ByteArrayOutputStream();
    private ByteBuffer undecoded = ByteBuffer.allocate(0);
    private boolean described;
    private int linesLeft;

    /// @param history how many lines of the history were asked for
    /// @param colors whether SGR sequences are kept
    public ScreenStream(int history, boolean colors, Listener listener) {
        this.listener = listener;
        this.linesLeft = history;
        this.reader = new ScreenReader(colors, new Counted());
    }

    /// tmux tells no more lines than were asked for.
    private final class Counted implements ScreenReader.Listener {
        @Override
        public void text(String part) throws IOException {
            listener.text(part);
        }

        @Override
        public void endOfLine() throws IOException {
            if (linesLeft-- <= 0) {
                throw new IllegalArgumentException("more lines than the pane has");
            }
            listener.endOfLine();
        }
    }

    /// @throws IllegalArgumentException when it is no answer of tmux
    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        int next = described ? offset : describe(source, offset, offset + length);
        if (next < offset + length) {
            decode(source, next, offset + length - next);
        }
    }

    /// There is nothing more.
    ///
    /// @throws IllegalArgumentException when it was no answer of tmux
    public void end() throws IOException {
        if (!described) {
            throw new IllegalArgumentException("no description of a pane");
        }
        decoder.decode(undecoded, characters, true);
        decoder.flush(characters);
        handOver();
        reader.end();
    }

    /// Where the description ends.
    private int describe(byte[] source, int offset, int end) throws IOException {
        int next = offset;
        while (next < end && source[next] != '\n') {
            next++;
        }
        if (description.size() + next - offset > MAX_DESCRIPTION) {
            throw new IllegalArgumentException("the description of a pane is too long");
        }
        description.write(source, offset, next - offset);
        if (next == end) {
            return end;
        }
        var pane = Pane.parse(description.toString(StandardCharsets.UTF_8));
        linesLeft += Math.clamp(pane.rows(), 0, MAX_ROWS);
        described = true;
        listener.pane(pane);
        return next + 1;
    }

    private void decode(byte[] source, int offset, int length) throws IOException {
        // A character may have begun in what came before.
        var bytes = ByteBuffer.allocate(undecoded.remaining() + length);
        bytes.put(undecoded).put(source, offset, length).flip();
        while (decoder.decode(bytes, characters, false).isOverflow()) {
            handOver();
        }
        handOver();
        undecoded = bytes.slice();
    }

    private void handOver() throws IOException {
        reader.read(characters.flip());
        characters.clear();
    }
}
