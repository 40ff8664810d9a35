package dev.shed.gateway.container.porter.task;

import dev.shed.gateway.posix.Descriptor;
import dev.shed.gateway.posix.OutputReader;
import dev.shed.gateway.posix.Pipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The gateway's ends of a process's pipes.
record PassedPipes(Pipe in, Pipe out, Pipe err) implements PassedStreams {
    static PassedPipes of(List<Descriptor> passed) throws IOException {
        var opened = new ArrayList<Pipe>();
        try {
            opened.add(Pipe.writing(passed.get(0)));
            opened.add(Pipe.reading(passed.get(1)));
            opened.add(Pipe.reading(passed.get(2)));
            return new PassedPipes(opened.get(0), opened.get(1), opened.get(2));
        } catch (IOException e) {
            opened.forEach(Pipe::close);
            passed.forEach(Descriptor::close);
            throw e;
        }
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        in.write(source, offset, length);
    }

    @Override
    public int writeNow(byte[] source, int offset, int length) throws IOException {
        return in.writeNow(source, offset, length);
    }

    @Override
    public void endInput() {
        in.close();
    }

    /// To those who share the input with the process, its end is the end of their input.
    @Override
    public void processEnded() {
        in.close();
    }

    @Override
    public void readAll(OutputReader.Sink sink) throws IOException {
        new OutputReader(out, err).readAll(sink);
    }

    @Override
    public void close() {
        in.close();
        out.close();
        err.close();
    }
}
