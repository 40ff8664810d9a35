package dev.shed.gateway.container.porter.task;

import dev.shed.gateway.posix.OutputReader;
import dev.shed.gateway.stream.Pace;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// What is read, to the process's two outputs.
final class PassedOutput implements OutputReader.Sink {
    private static final int NONE = -1;

    private final List<OutputStream> outputs;
    private final Pace pace = new Pace();
    private int unflushed = NONE;

    PassedOutput(OutputStream out, OutputStream err) {
        this.outputs = List.of(out, err);
    }

    @Override
    public void take(int index, byte[] bytes, int length) throws IOException {
        if (index != unflushed) {
            pause();
        }
        unflushed = index;
        outputs.get(index).write(bytes, 0, length);
        if (Thread.currentThread().isVirtual()) {
            pace.giveWay();
        }
    }

    @Override
    public void pause() throws IOException {
        if (unflushed != NONE) {
            outputs.get(unflushed).flush();
            unflushed = NONE;
        }
    }
}
