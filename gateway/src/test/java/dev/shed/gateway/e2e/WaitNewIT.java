package dev.shed.gateway.e2e;

import static dev.shed.gateway.e2e.Place.inside;
import static dev.shed.gateway.e2e.Place.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// `wait --new` and `send --wait`, with the real tmux.
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class WaitNewIT {
    /// As agents do: what is typed stands in a box at the bottom, and once Enter is pressed above it, without the box.
    private static final String AGENT = """
            import os, re, time, tty
            tty.setraw(0)
            said, typed = [], ""
            def draw():
                lines = said + ["+" + "-" * 40, "| > " + typed.ljust(36) + " |"]
                os.write(1, b"\\033[H" + b"".join(line.encode() + b"\\033[K\\r\\n" for line in lines) + b"\\033[J")
            os.write(1, b"\\033[?2004h")
            draw()
            while True:
                keys = os.read(0, 65536).decode()
                entered = keys == "\\r"
                typed += re.sub("\\x1b\\\\[20[01]~|\\r", "", keys)
                if entered:
                    said, typed = said + ["* " + typed], ""
                draw()
                if entered:
                    time.sleep(3)
                    said.append("answer: all DONE")
                    draw()
            """;

    private static LiveGateway gateway;
    private static String shed;

    @BeforeAll
    static void start() throws IOException {
        gateway = LiveGateway.start();
        shed = gateway.place().newShed();
        var program = Base64.getEncoder().encodeToString(utf8(AGENT));
        gateway.ssh(shed + "@gw", "echo " + program + " | base64 -d >/tmp/agent.py")
                .orFail();
    }

    @AfterAll
    static void close() throws Exception {
        gateway.close();
    }

    private static Result verb(String session, String line) throws IOException {
        return gateway.ssh("-s", shed + "+" + session + "@gw", line);
    }

    private static void session(String name, String program) throws Exception {
        inside(shed, "tmux", "-u", "new-session", "-d", "-s", name, "-x", "80", "-y", "10", program)
                .orFail();
    }

    /// A session that shows READY.
    private static void ready(String name, String program) throws Exception {
        session(name, program);
        verb(name, "wait --match READY --timeout 20s").orFail();
    }

    private static void shell(String name) throws Exception {
        ready(name, "PS1='READY$ ' exec bash --norc --noprofile");
    }

    @Test
    void theEchoOfWhatWasTypedIsNotNew() throws Exception {
        ready("echo", "echo READY; read x; sleep 4; echo all DONE; sleep 60");
        verb("echo", "send now DONE").orFail();

        assertThat(verb("echo", "wait --match .*DONE --timeout 20s").orFail()).contains("now DONE");
        assertThat(verb("echo", "wait --match .*DONE --new --timeout 20s").orFail())
                .contains("all DONE");
    }

    @Test
    void whatIsDrawnAgainIsNotNew() throws Exception {
        ready("again", "while :; do printf '\\033[HREADY\\n'; date +%s%N; sleep 1; done");
        var waited = verb("again", "wait --match READY --new --timeout 4s");
        assertThat(waited.status()).isEqualTo(75);
        assertThat(waited.err()).contains("not within 4s: a match in new output");
    }

    @Test
    void whatIsWrittenAgainIsNewThoughItHasScrolledOff() throws Exception {
        ready("twice", "echo READY; sleep 3; seq 50; echo READY; seq 300; sleep 60");
        verb("twice", "wait --match READY --new --timeout 20s").orFail();
    }

    @Test
    void whatComesBackIsNew() throws Exception {
        ready("back", "echo READY; sleep 3; printf '\\033[H\\033[K'; sleep 6; echo READY; sleep 60");
        verb("back", "wait --match READY --new --timeout 20s").orFail();
    }

    @Test
    void whatAnAlternateScreenHidWasThere() throws Exception {
        ready(
                "hidden",
                "echo READY; sleep 3; tput smcup; echo full; sleep 4; tput rmcup; sleep 3; echo done; sleep 60");
        assertThat(verb("hidden", "wait --match READY|done --new --timeout 20s").orFail())
                .contains("done");
    }

    @Test
    void sendWaitsForTheOutputAndNotForTheEcho() throws Exception {
        shell("command");
        var said = verb("command", "send --wait --match DONE --timeout 20s sleep 3; echo DONE")
                .orFail();
        assertThat(said).endsWith(": match (DONE)\n");
        assertThat(verb("command", "peek").orFail()).contains("\nDONE\n");

        assertThat(verb("command", "send --wait --match .*DONE --timeout 3s : DONE")
                        .status())
                .isEqualTo(75);
        assertThat(verb("command", "send --wait --match DONE --timeout 20s --json clear; sleep 2; echo DONE")
                        .orFail())
                .contains("\"bytes\":25", "\"condition\":\"match\",\"evidence\":\"DONE\"}");
    }

    @Test
    void theEchoInAnotherPlaceAndFrameIsNone() throws Exception {
        session("agent", "python3 /tmp/agent.py");
        verb("agent", "wait --match '[|] >' --timeout 20s").orFail();

        assertThat(verb("agent", "send --wait --match .*DONE --timeout 20s say DONE")
                        .orFail())
                .endsWith(": match (answer: all DONE)\n");
        assertThat(verb("agent", "send --wait --match DONE --timeout 20s say DONE once more, in a line that is long")
                        .orFail())
                .endsWith(": match (DONE)\n");
        assertThat(verb("agent", "peek").orFail()).containsPattern("(?s)all DONE.*all DONE");
    }

    @Test
    void typedAheadIsEchoedTwice() throws Exception {
        shell("ahead");
        verb("ahead", "send sleep 3").orFail();
        assertThat(verb("ahead", "send --wait --match DONE --timeout 20s sleep 2; echo DONE")
                        .orFail())
                .endsWith(": match (DONE)\n");
        assertThat(verb("ahead", "peek").orFail()).contains("\nDONE\n");
    }

    @Test
    void idleIsCountedFromTheSend() throws Exception {
        ready("idle", "stty -echo -icanon; echo READY; sleep 60");
        verb("idle", "wait --for 2s --timeout 20s").orFail();

        long before = System.nanoTime();
        verb("idle", "send --wait --for 4s --timeout 20s --no-enter x").orFail();
        assertThat(System.nanoTime() - before).isGreaterThan(4_000_000_000L);
    }

    @Test
    void aKeyIsPressedAndItsEffectWaitedFor() throws Exception {
        ready("key", "echo READY; read -rn1 x; sleep 2; printf '\\nyou said %s\\n' \"$x\"; sleep 60");
        assertThat(verb("key", "send --key y --wait --match .*y --timeout 20s").orFail())
                .endsWith(": match (you said y)\n");

        ready("end", "echo READY; read -rn1 x; sleep 1");
        verb("end", "send --key q --wait --until exit --timeout 20s").orFail();
    }
}
