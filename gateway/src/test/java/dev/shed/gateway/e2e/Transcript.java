package dev.shed.gateway.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A file of typed lines and what they must answer; src/test/transcripts/README.md has the format.
public final class Transcript {
    /// Anything within a line, or any lines if it stands alone.
    private static final String ANYTHING = "…";

    private final List<Step> steps = new ArrayList<>();

    /// A typed line and what it must answer.
    public static final class Step {
        private final int number;
        private final StringBuilder typed = new StringBuilder();
        private final List<String> out = new ArrayList<>();
        private final List<String> err = new ArrayList<>();
        private int status;

        Step(int number, String line) {
            this.number = number;
            typed.append(line);
        }

        public String typed() {
            return typed.toString();
        }

        /// The expected exit status.
        public int status() {
            return status;
        }

        /// What is expected on stdout, a line each.
        public List<String> out() {
            return out;
        }

        /// What is expected on stderr, a line each.
        public List<String> err() {
            return err;
        }

        /// What is wrong with an answer, written as the transcript would have to be; empty if it is right.
        String complaint(Run.Result result) {
            boolean right = status == result.status() && matches(out, result.out()) && matches(err, result.err());
            return right ? "" : "line " + number + "\n" + written(result);
        }

        private String written(Run.Result result) {
            var text = new StringBuilder("$ ").append(typed()).append('\n').append(result.out());
            result.err().lines().forEach(line -> text.append("! ").append(line).append('\n'));
            return result.status() == 0
                    ? text.toString()
                    : text.append("? ").append(result.status()).append('\n').toString();
        }

        private static boolean matches(List<String> expected, String actual) {
            var pattern = expected.stream().map(Step::pattern).collect(Collectors.joining());
            var text = actual.isEmpty() || actual.endsWith("\n") ? actual : actual + "\n";
            return Pattern.matches(pattern, text.replace("\r\n", "\n"));
        }

        private static String pattern(String line) {
            if (line.equals(ANYTHING)) {
                return "(?:.*\n)*?";
            }
            return Pattern.quote(line).replace(ANYTHING, "\\E.*?\\Q") + "\n";
        }
    }

    public static Transcript read(Path file, String shed) throws IOException {
        var transcript = new Transcript();
        int number = 0;
        for (var line : Files.readAllLines(file)) {
            number++;
            transcript.take(number, line.replace("{shed}", shed));
        }
        transcript.steps.forEach(Transcript::dropBlankEnd);
        return transcript;
    }

    public List<Step> steps() {
        return steps;
    }

    private void take(int number, String line) {
        if (line.startsWith("$ ")) {
            steps.add(new Step(number, line.substring(2)));
        } else if (!steps.isEmpty() && !line.startsWith("# ")) {
            answer(steps.getLast(), line);
        }
    }

    private static void answer(Step step, String line) {
        if (line.startsWith("> ")) {
            step.typed.append('\n').append(line.substring(2));
        } else if (line.startsWith("! ") || line.equals("!")) {
            step.err.add(line.substring(Math.min(2, line.length())));
        } else if (line.startsWith("? ")) {
            step.status = Integer.parseInt(line.substring(2));
        } else {
            step.out.add(line);
        }
    }

    /// Blank lines between one answer and the next typed line are there for the reader.
    private static void dropBlankEnd(Step step) {
        while (!step.out.isEmpty() && step.out.getLast().isEmpty()) {
            step.out.removeLast();
        }
    }
}
