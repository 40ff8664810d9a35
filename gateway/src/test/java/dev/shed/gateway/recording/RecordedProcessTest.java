package dev.shed.gateway.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecordedProcessTest {
    private static final byte[] KEY = {'x'};

    private final AtomicInteger typed = new AtomicInteger();
    private final Taking process = new Taking();

    /// Takes all input, in both ways.
    private static final class Taking implements ContainerProcess {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private boolean takesNow = true;

        @Override
        public OutputStream stdin() {
            return taken;
        }

        @Override
        public int giveNow(byte[] source, int offset, int length) {
            if (takesNow) {
                taken.write(source, offset, length);
            }
            return takesNow ? length : 0;
        }

        @Override
        public void copyOutput(OutputStream out, OutputStream err) {}

        @Override
        public ExitStatus waitFor() {
            return ExitStatus.SUCCESS;
        }

        @Override
        public void resize(WindowSize size) {}

        @Override
        public void signal(String name) {}

        @Override
        public void close() {}
    }

    private ContainerProcess watched() {
        return new Participant(null, "who", WindowSize.DEFAULT, typed::incrementAndGet).around(process);
    }

    @Test
    void aKeyThatIsGivenWithoutWaitingIsNoticed() {
        assertThat(watched().giveNow(KEY, 0, 1)).isEqualTo(1);
        assertThat(process.taken.size()).isEqualTo(1);
        assertThat(typed).hasValue(1);
    }

    @Test
    void aKeyThatIsNotTakenIsNoticedOnce() throws Exception {
        process.takesNow = false;
        var watched = watched();
        assertThat(watched.giveNow(KEY, 0, 1)).isZero();
        assertThat(typed).hasValue(0);
        watched.stdin().write(KEY);
        assertThat(typed).hasValue(1);
    }

    /// As an answer of the terminal, of which the first part came the one way and the rest the other.
    @Test
    void aReportInTwoPartsIsNoKey() throws Exception {
        var watched = watched();
        assertThat(watched.giveNow(new byte[] {0x1b, '[', '?', '1'}, 0, 4)).isEqualTo(4);
        watched.stdin().write(new byte[] {';', '2', 'c'});
        assertThat(typed).hasValue(0);
    }
}
