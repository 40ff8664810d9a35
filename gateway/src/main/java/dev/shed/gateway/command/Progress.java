package dev.shed.gateway.command;

import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.shed.Repository;
import dev.shed.gateway.shed.create.CreateProgress;
import dev.shed.gateway.stream.BlockOutput;
import dev.shed.gateway.tmux.PlainText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Shows the progress of `create` to its caller.
sealed interface Progress extends CreateProgress {
    CommandContext context();

    @Override
    default Map<String, String> environment() {
        return context().channel().environment();
    }

    /// Text: a line for each stage, and the output of git. With a terminal, git has a PTY and its output is
    /// passed on unchanged, with its progress display. Without one it is passed on line by line as printable
    /// text, because servers' messages are part of it.
    record Plain(CommandContext context) implements Progress {
        @Override
        public void begins(Stage stage, String what) throws IOException {
            // Without a terminal, only stages that may take minutes are shown.
            if (context.terminal() || stage != Stage.CREATING) {
                context.notice(word(stage) + " " + what + "\n");
            }
        }

        @Override
        public void waits(Duration elapsed) throws IOException {
            new EngineAtWork(context).waits(elapsed);
        }

        @Override
        public void waitsNoMore() throws IOException {
            new EngineAtWork(context).waitsNoMore();
        }

        @Override
        public void waitsBecause(String why) throws IOException {
            context.notice("waiting: " + PlainText.of(why) + "\n");
        }

        @Override
        public void warns(String what) throws IOException {
            context.notice("shed: " + what + "\n");
        }

        @Override
        public Optional<ExecSpec.Terminal> terminal() {
            return context.channel().terminal();
        }

        @Override
        public boolean wantsProgress() {
            return false;
        }

        @Override
        public ExitStatus run(ExecSpec git, OutputStream words) throws IOException, InterruptedException {
            if (terminal().isPresent()) {
                var both = new Tee(context.err(), words);
                return context.channel().run(git, both, both);
            }
            return runByLine(git, words, line -> context.notice(line + "\n"));
        }
    }

    /// Runs git without a terminal, and passes on its output line by line.
    default ExitStatus runByLine(ExecSpec git, OutputStream words, Lines.Taker taker)
            throws IOException, InterruptedException {
        try (var lines = new Lines(line -> taker.take(Repository.withoutLogins(PlainText.of(line))))) {
            var both = new Tee(lines, words);
            return context().channel().run(git, both, both);
        }
    }

    /// JSON: a line for each stage and for each line of git's output.
    record Json(CommandContext context) implements Progress {
        record Line(Said progress) {
            record Said(String stage, String message) {}
        }

        @Override
        public void begins(Stage stage, String what) throws IOException {
            say(word(stage), word(stage) + " " + what);
        }

        @Override
        public void waits(Duration elapsed) throws IOException {}

        @Override
        public void waitsNoMore() throws IOException {}

        @Override
        public void waitsBecause(String why) throws IOException {
            say("waiting", PlainText.of(why));
        }

        @Override
        public void warns(String what) throws IOException {
            say("warning", what);
        }

        @Override
        public Optional<ExecSpec.Terminal> terminal() {
            return Optional.empty();
        }

        @Override
        public boolean wantsProgress() {
            return true;
        }

        @Override
        public ExitStatus run(ExecSpec git, OutputStream words) throws IOException, InterruptedException {
            return runByLine(git, words, line -> say(word(Stage.CLONING), line.strip()));
        }

        private void say(String stage, String message) throws IOException {
            context.print(dev.shed.gateway.text.Json.line(new Line(new Line.Said(stage, message))));
        }
    }

    private static String word(CreateProgress.Stage stage) {
        return stage.name().toLowerCase(Locale.ROOT);
    }

    /// Writes all bytes to two streams.
    final class Tee extends BlockOutput {
        private final OutputStream first;
        private final OutputStream second;

        Tee(OutputStream first, OutputStream second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            second.write(source, offset, length);
            first.write(source, offset, length);
            first.flush();
        }
    }

    /// Splits the output into lines at `\r` and `\n`, because git uses `\r` to redraw its progress.
    final class Lines extends OutputStream {
        private static final int LONGEST = 2000;

        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final Taker taker;

        /// Receives the lines.
        interface Taker {
            void take(String line) throws IOException;
        }

        Lines(Taker taker) {
            this.taker = taker;
        }

        @Override
        public void write(int single) throws IOException {
            if (single == '\n' || single == '\r') {
                end();
            } else if (line.size() < LONGEST) {
                line.write(single);
            }
        }

        @Override
        public void close() throws IOException {
            end();
        }

        private void end() throws IOException {
            var text = line.toString(StandardCharsets.UTF_8).stripTrailing();
            line.reset();
            if (!text.isEmpty()) {
                taker.take(text);
            }
        }
    }
}
