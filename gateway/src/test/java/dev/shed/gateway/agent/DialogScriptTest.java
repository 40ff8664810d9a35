package dev.shed.gateway.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The script that shows a dialog and presses a key in it, with a tmux that prints files, and a timeout that can end
/// it.
class DialogScriptTest {
    private static final String PANE = "pane\t999999999\t-\t$3\twork\t%5\t0\t\t\tnode\ttitle";
    private static final String SCREEN = " Do you want to proceed?\n\n \u276f 1. Yes\n   2. No\n\n\n";
    private static final String SHOWN = PANE + "\nscreen\n" + SCREEN.stripTrailing();

    @TempDir
    Path directory;

    private record Ended(int status, String output) {}

    @BeforeEach
    void start() throws IOException {
        program("tmux", """
                if [ "$1" = load-buffer ]; then
                    cat >typed
                    [ ! -f next ] || mv next screen
                elif [ "$2" = display-message ]; then
                    . ./listing-ends
                    cat listing
                else
                    . ./screen-ends
                    cat screen
                    [ "$7 $8" != "display-message -p" ] || echo end
                fi
                """);
        program("timeout", "shift\nexec \"$@\"\n");
        put("listing-ends", "");
        put("screen-ends", "");
        put("listing", PANE + "\n");
        put("screen", SCREEN);
    }

    private void program(String name, String script) throws IOException {
        var file = put(name, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Path put(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private Ended run(List<String> words, String input) throws Exception {
        var builder = new ProcessBuilder(words).directory(directory.toFile());
        builder.environment().put("PATH", directory + ":/usr/bin:/bin");
        builder.environment().put("XDG_STATE_HOME", directory.toString());
        var process = builder.redirectErrorStream(true).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(UTF_8));
        }
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private Ended show() throws Exception {
        return run(Dialog.show("%5"), "");
    }

    private Ended press() throws Exception {
        return run(Dialog.press("%5", "y", "buffer"), SHOWN);
    }

    private boolean hasTyped() {
        return Files.exists(directory.resolve("typed"));
    }

    @Test
    void theListingAndTheScreenAreShown() throws Exception {
        assertThat(show()).isEqualTo(new Ended(0, SHOWN + "\n"));
    }

    @Test
    void anEmptyScreenIsOne() throws Exception {
        put("screen", "\n".repeat(24));
        assertThat(show()).isEqualTo(new Ended(0, PANE + "\nscreen\n\n"));
    }

    /// As timeout(1) ends it, the one of BusyBox, and the kernel; and a client that takes the signal for its end.
    @ParameterizedTest
    @CsvSource({"'', 124", "'', 143", "'', 137", "'', 0", "part, 124", "part, 0"})
    void aScreenThatIsNotCompleteIsNoDialog(String part, int status) throws Exception {
        put("screen-ends", "printf %%s '%s'; exit %d\n".formatted(part, status));
        assertThat(show().status()).isEqualTo(Dialog.UNREAD);
        assertThat(press().status()).isEqualTo(Dialog.UNREAD);
        assertThat(hasTyped()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"143", "137"})
    void aPaneThatIsNotListedInTimeIsNoDialog(int status) throws Exception {
        put("listing-ends", "exit %d\n".formatted(status));
        assertThat(show().status()).isEqualTo(Dialog.UNREAD);
        assertThat(press().status()).isEqualTo(Dialog.UNREAD);
        assertThat(hasTyped()).isFalse();
    }

    @Test
    void aPaneThatIsGoneAsksNothing() throws Exception {
        put("listing-ends", "exit 1\n");
        put("screen-ends", "exit 1\n");
        var shown = show();
        assertThat(shown.status()).isZero();
        assertThat(Dialog.parse(shown.output(), "%5")).isEmpty();
    }

    @Test
    void theKeyIsTypedIntoTheDialogThatWasShown() throws Exception {
        put("next", "done\n");
        assertThat(press()).isEqualTo(new Ended(0, ""));
        assertThat(directory.resolve("typed")).hasContent("y");
    }

    @Test
    void aDialogThatIsAnotherOneGetsNoKey() throws Exception {
        put("screen", SCREEN.replace("Yes", "Yes, always"));
        assertThat(press().status()).isEqualTo(Dialog.CHANGED);
        assertThat(hasTyped()).isFalse();
    }

    /// What is not seen is no change.
    @Test
    void aKeyWhoseEffectIsNotSeenHasNone() throws Exception {
        put("next", SCREEN);
        put("screen-ends", "[ ! -f typed ] || exit 124\n");
        assertThat(press().status()).isEqualTo(Dialog.NO_EFFECT);
    }
}
