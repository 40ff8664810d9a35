package dev.shed.gateway.container.porter.task;

import dev.shed.gateway.container.porter.frame.Credit;
import dev.shed.gateway.container.porter.frame.FrameWriter;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.stream.BlockOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A process whose streams are frames on its connection.
final class FramedProcess extends PorterProcess {
    private static final Logger LOG = LoggerFactory.getLogger(FramedProcess.class);

    /// Bytes that are given without waiting: more than a key or a short line.
    private static final int MOST_NOW = 512;

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

    /// All or nothing.
    @Override
    public int giveNow(byte[] source, int offset, int length) {
        if (length > MOST_NOW || !credit.takeNow(length)) {
            return 0;
        }
        boolean given = sendNow(source, offset, length);
        if (!given) {
            credit.giveBack(length);
        }
        return given ? length : 0;
    }

    private boolean sendNow(byte[] source, int offset, int length) {
        var frame = FrameWriter.headerOnly(Frames.IN, length).array();
        var whole = Arrays.copyOf(frame, frame.length + length);
        System.arraycopy(source, offset, whole, frame.length, length);
        try {
            return link.sendNow(whole);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("not sent"); // as the next write will find
            return false;
        }
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
