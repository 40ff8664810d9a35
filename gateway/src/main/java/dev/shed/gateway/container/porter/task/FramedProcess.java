package dev.shed.gateway.container.porter.task;

import dev.shed.gateway.container.porter.frame.Credit;
import dev.shed.gateway.container.porter.frame.FrameWriter;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.stream.BlockOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A process whose streams are frames on its connection.
final class FramedProcess extends PorterProcess {
    private final Link link;
    private final Credit credit = new Credit();
    private final OutputStream stdin;
    private volatile String terminal = "";

    FramedProcess(Link link, Spawn spawn, Endings endings) {
        super(link, spawn, endings);
        this.link = link;
        this.stdin = spawn.isListing() ? OutputStream.nullOutputStream() : new Stdin();
    }

    @Override
    public OutputStream stdin() {
        return stdin;
    }

    @Override
    public void copyOutput(OutputStream out, OutputStream err) throws IOException {
        var task = new TaskReceiver(spawn(), new TaskReceiver.Streams(out, err), credit, path -> terminal = path);
        try {
            receive(task, task, task::flush);
        } finally {
            credit.close();
        }
    }

    @Override
    public Optional<String> terminal() {
        return Optional.of(terminal).filter(path -> !path.isEmpty());
    }

    @Override
    void closeStreams() {
        credit.close();
    }

    private final class Stdin extends BlockOutput {
        private boolean closed;

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            int sent = 0;
            while (sent < length) {
                int count = credit.take(Math.min(length - sent, Frames.MAX_PAYLOAD));
                link.send(FrameWriter.headerOnly(Frames.IN, count), ByteBuffer.wrap(source, offset + sent, count));
                sent += count;
            }
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            try {
                link.send(FrameWriter.headerOnly(Frames.IN_EOF, 0));
            } catch (IOException _) {
                // The connection is closed already.
            }
        }
    }
}
