package dev.shed.gateway.e2e;

import static dev.shed.gateway.e2e.Place.inside;
import static dev.shed.gateway.e2e.Place.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Looking into sessions and typing into them, with the real client and the real tmux.
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class SteeringIT {
    /// A full-screen program, as agents are: raw mode, bracketed paste. It writes down what each read gets, and reads
    /// only every so many seconds. Says `ready` when it reads, and `got` for each read.
    private static final String READER = """
            import os, sys, time, tty
            tty.setraw(0)
            os.write(1, b"\\033[?2004h\\033[Hready\\r\\n")
            pause, log = float(sys.argv[1]), open(sys.argv[2], "wb", buffering=0)
            while True:
                time.sleep(pause)
                chunk = os.read(0, 1 << 20)
                log.write(chunk.hex().encode() + b"\\n")
                os.write(1, b"got " + str(len(chunk)).encode() + b"\\r\\n")
            """;

    /// Asks a question and takes single keys: a paste does nothing, and Enter chooses the default. With an argument it
    /// also draws a spinner and a clock all the time.
    private static final String DIALOG = """
            import os, re, select, sys, time, tty
            tty.setraw(0)
            os.write(1, b"\\033[?2004h\\033[5;1HAllow this?  > 1. Yes   2. No")
            begun = time.time()
            while True:
                if len(sys.argv) > 1:
                    passed = time.time() - begun
                    turn = "|/-\\\\"[int(passed * 10) % 4]
                    os.write(1, f"\\033[1;1H{turn} waiting for {passed:.0f} s".encode())
                if select.select([0], [], [], 0.1)[0]:
                    keys = re.sub(rb"\\x1b\\[200~.*?\\x1b\\[201~", b"", os.read(0, 65536), flags=re.S)
                    answer = {b"\\r": "APPROVED", b"2": "DENIED", b"\\x1b": "ESCAPED"}.get(keys)
                    if answer:
                        os.write(1, f"\\033[9;1H{answer}".encode())
            """;

    private static LiveGateway gateway;
    private static String shed;

    @BeforeAll
    static void start() throws IOException {
        gateway = LiveGateway.start();
        shed = gateway.place().newShed();
        put(READER, "/tmp/reader.py");
        put(DIALOG, "/tmp/dialog.py");
    }

    private static void put(String program, String path) throws IOException {
        gateway.ssh(at("gw"), "echo " + Base64.getEncoder().encodeToString(utf8(program)) + " | base64 -d >" + path)
                .orFail();
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
    }

    private static String at(String host) {
        return shed + "@" + host;
    }

    /// Starts a session with a program in it.
    private static void session(String name, String... command) throws IOException {
        var words = Stream.concat(
                Stream.of("tmux", "-u", "new-session", "-d", "-s", name, "-x", "132", "-y", "40"), Stream.of(command));
        inside(shed, words.toArray(String[]::new)).orFail();
    }

    private static void reader(String name, String pause) throws Exception {
        session(name, "python3", "/tmp/reader.py", pause, "/tmp/" + name);
        awaitScreen(name, "ready");
    }

    private static void awaitScreen(String name, String text) throws Exception {
        Await.get("'" + text + "' in " + name, Await.PATIENCE, () -> peek(name), seen -> seen.contains(text));
    }

    private static String peek(String name) throws IOException {
        return gateway.ssh("-s", shed + "+" + name + "@gw", "peek").orFail();
    }

    private static Result send(String name, byte[] input, String options) throws IOException {
        return gateway.place().ssh(input, "-s", shed + "+" + name + "@gw", "send " + options);
    }

    /// What the reader got, a string for each read.
    private static List<String> reads(String name) throws IOException {
        return inside(shed, "cat", "/tmp/" + name)
                .orFail()
                .lines()
                .map(line -> new String(HexFormat.of().parseHex(line), UTF_8))
                .toList();
    }

    /// Waits for the Enter at the end of what was typed.
    private static List<String> awaitEnter(String name) throws Exception {
        return Await.get(
                "Enter in " + name,
                Await.PATIENCE,
                () -> reads(name),
                got -> !got.isEmpty() && got.getLast().endsWith("\r"));
    }

    private static String longPrompt() {
        var odd = List.of(
                "tabs\tand\ttrailing blank ",
                "\"double\" 'single' `back` \\ $HOME $(id) ${x}",
                "#{pane_id} #{q:x} #[fg=red] %1 %% #",
                "a ; b \\; ;; & | > /dev/null",
                "emoji 🙂 👩‍👩‍👧 漢字 é",
                "");
        return IntStream.range(0, 200)
                .mapToObj(i -> i + ": " + odd.get(i % odd.size()))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void aPromptOf200LinesArrivesByteForByteAsOnePaste() throws Exception {
        reader("prompt", "0");
        var prompt = longPrompt();

        var said = send("prompt", utf8(prompt + "\n"), "--json").orFail();

        assertThat(said).contains("\"bytes\":" + utf8(prompt).length, "\"enter\":true", "\"screen_changed\":true");
        assertThat(String.join("", awaitEnter("prompt"))).isEqualTo("\u001b[200~" + prompt + "\u001b[201~\r");
        assertThat(inside(shed, "tmux", "list-buffers").orFail()).isEmpty();
    }

    @Test
    void enterIsReadByItselfEvenByASlowReader() throws Exception {
        reader("slow", "0.7");

        send("slow", utf8("first\nsecond"), "").orFail();

        assertThat(awaitEnter("slow")).containsExactly("\u001b[200~first\nsecond\u001b[201~", "\r");
    }

    @Test
    void wordsAreTypedAsTheyAreSplit() throws Exception {
        reader("words", "0");

        send("words", new byte[0], "--no-enter -- fix  'the  tests' --now; \"#{pid}\"")
                .orFail();

        Await.until("the text", () -> !reads("words").isEmpty());
        assertThat(reads("words")).containsExactly("\u001b[200~fix the  tests --now; #{pid}\u001b[201~");
    }

    @Test
    void anEmptyTextIsEnterAlone() throws Exception {
        reader("enter", "0");

        send("enter", new byte[0], "''").orFail();

        assertThat(awaitEnter("enter")).containsExactly("\r");
    }

    @ParameterizedTest
    @ValueSource(strings = {"still", "moving"})
    void aQuestionThatTakesNoTextGetsNoEnter(String dialog) throws Exception {
        var name = "dialog-" + dialog;
        session(name, "python3 /tmp/dialog.py " + (dialog.equals("moving") ? "spin" : ""));
        awaitScreen(name, "Allow this?");

        var refused = send(name, new byte[0], "'no, do not run this; explain it first'");

        assertThat(refused.status()).isEqualTo(75);
        assertThat(refused.err())
                .startsWith("shed: session '" + name + "' of shed '" + shed
                        + "' does not accept text: the text does not show on its screen; Enter was not pressed\n");
        assertThat(peek(name)).contains("Allow this?").doesNotContain("APPROVED");
    }

    @ParameterizedTest
    @CsvSource({"2, DENIED", "escape, ESCAPED", "enter, APPROVED"})
    void aQuestionIsAnsweredByAKey(String key, String answer) throws Exception {
        var name = "answer-" + key;
        session(name, "python3 /tmp/dialog.py");
        awaitScreen(name, "Allow this?");

        assertThat(send(name, new byte[0], "--key " + key).orFail())
                .isEqualTo("pressed " + key + " in " + shed + "+" + name + "\n");
        assertThat(peek(name)).contains(answer);
    }

    @Test
    void keysArriveOneByOneAsTheProgramHasAskedForThem() throws Exception {
        reader("keys", "0");
        inside(shed, "tmux", "copy-mode", "-t", "=keys:").orFail();

        send("keys", new byte[0], "--key escape --key up --key ctrl-c --key f5 --key ';' --key ~")
                .orFail();
        assertThat(reads("keys")).containsExactly("\u001b", "\u001b[A", "\u0003", "\u001b[15~", ";", "~");

        session("application", "printf '\\033[?1hready'; exec python3 /tmp/reader.py 0 /tmp/application");
        awaitScreen("application", "ready");
        send("application", new byte[0], "--key left").orFail();
        assertThat(reads("application")).containsExactly("\u001bOD");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bash -c 'read -rsp Password: x; echo got=$x; sleep 60'",
                "python3 -c 'import getpass; print(\"got=\" + getpass.getpass(\"Password:\")); input()'"
            })
    void aPasswordPromptRefuses(String program) throws Exception {
        var name = program.substring(0, 4);
        session(name, program);
        awaitScreen(name, "Password:");

        var refused = send(name, utf8("hunter2"), "");

        assertThat(refused.status()).isEqualTo(75);
        assertThat(refused.err())
                .startsWith("shed: session '" + name + "' of shed '" + shed
                        + "' does not accept text: it reads a password\n");
        assertThat(peek(name)).doesNotContain("got=");
    }

    @Test
    void anotherProgramThanExpectedRefuses() throws Exception {
        reader("expect", "0");

        var refused = send("expect", utf8("text"), "--expect claude --json");
        assertThat(refused.status()).isEqualTo(75);
        assertThat(refused.out())
                .contains("\"code\":\"SESSION_NOT_READY\"", "does not accept text: 'python3' runs in it, not 'claude'");
        assertThat(reads("expect")).isEmpty();

        send("expect", utf8("text"), "--expect python3").orFail();
        assertThat(awaitEnter("expect")).contains("\r");
    }

    @Test
    void copyModeIsLeft() throws Exception {
        reader("copy", "0");
        inside(shed, "tmux", "copy-mode", "-t", "=copy:").orFail();

        send("copy", utf8("text"), "").orFail();

        assertThat(String.join("", awaitEnter("copy"))).isEqualTo("\u001b[200~text\u001b[201~\r");
    }

    @Test
    void synchronizedPanesGetNothing() throws Exception {
        reader("sync", "0");
        inside(shed, "tmux", "split-window", "-d", "-t", "=sync:", "python3 /tmp/reader.py 0 /tmp/sync-other")
                .orFail();
        inside(shed, "tmux", "set-option", "-w", "-t", "=sync:", "synchronize-panes", "on")
                .orFail();
        Await.until(
                "the other pane",
                () -> inside(shed, "test", "-e", "/tmp/sync-other").status() == 0);

        send("sync", utf8("text"), "").orFail();

        awaitEnter("sync");
        assertThat(reads("sync-other")).isEmpty();
    }

    @Test
    void aDeadPaneAndOneWithoutInputRefuse() throws Exception {
        reader("off", "0");
        inside(shed, "tmux", "select-pane", "-d", "-t", "=off:").orFail();
        assertThat(send("off", utf8("text"), "").err()).contains("does not accept text: its input is switched off");

        session("dead", "sleep 60");
        inside(shed, "tmux", "set-option", "-w", "-t", "=dead:", "remain-on-exit", "on")
                .orFail();
        inside(shed, "tmux", "respawn-pane", "-k", "-t", "=dead:", "true").orFail();
        awaitScreen("dead", "Pane is dead");
        assertThat(send("dead", utf8("text"), "").err()).contains("does not accept text: its program has ended");
    }

    @Test
    void twoAtOnceDoNotMix() throws Exception {
        reader("two", "0");
        var host = shed + "+two@gw";

        var first = gateway.place().client("-s", host, "send aaa").start();
        var second = gateway.place().client("-s", host, "send bbb").start();
        assertThat(first.waitFor(60, TimeUnit.SECONDS) && second.waitFor(60, TimeUnit.SECONDS))
                .isTrue();

        assertThat(String.join("", awaitEnter("two")))
                .isIn(
                        "\u001b[200~aaa\u001b[201~\r\u001b[200~bbb\u001b[201~\r",
                        "\u001b[200~bbb\u001b[201~\r\u001b[200~aaa\u001b[201~\r");
    }

    @Test
    void aScreenThatStaysAsItIsIsReported() throws Exception {
        session("still", "stty -echo -icanon; echo ready; sleep 60");
        awaitScreen("still", "ready");

        assertThat(send("still", utf8("text"), "--no-enter").orFail())
                .isEqualTo("sent 4 bytes to " + shed + "+still; its screen has not changed\n");
        assertThat(send("still", new byte[0], "--key up").orFail())
                .isEqualTo("pressed up in " + shed + "+still; its screen has not changed\n");
    }

    @Test
    void peekShowsWhatNobodyWatchesAtItsOwnSize() throws Exception {
        session("screen", "seq 1 100; tput cup 0 100; printf far; sleep 60");
        awaitScreen("screen", "far");

        assertThat(peek("screen").lines()).hasSize(39).first().asString().isEqualTo("62" + " ".repeat(98) + "far");
        var longer = gateway.ssh("-s", at("gw"), "peek screen --lines 5").orFail();
        assertThat(longer.lines()).hasSize(44).startsWith("57", "58");
        assertThat(gateway.ssh("-s", at("gw"), "peek screen --json").orFail())
                .startsWith("{\"name\":\"screen\",\"shed_name\":\"" + shed
                        + "\",\"columns\":132,\"rows\":40,\"cursor\":{\"column\":103,\"row\":0},\"command\":\"");
    }

    /// As much as the image's tmux keeps before it drops a tenth: lines of 200 columns, each of 20 colours.
    @Test
    void peekShowsAWholeHistoryWithItsColours() throws Exception {
        var program = "import sys\nfor n in range(50000): sys.stdout.write("
                + "'%09d ' % n + ''.join('\\33[38;5;%dm%s' % (16 + (n + i) % 200, '123456789 ') for i in range(19))"
                + " + '\\33[m\\n')\nprint('all written', flush=True); sys.stdin.read()";
        inside(shed, "tmux", "-u", "new-session", "-d", "-s", "long", "-x", "200", "-y", "50", "python3", "-c", program)
                .orFail();
        awaitScreen("long", "all written");

        var colored =
                gateway.ssh("-s", at("gw"), "peek long --lines 50000 --color").orFail();
        assertThat(colored.length()).isGreaterThan(16_000_000);
        assertThat(colored.lines()).hasSize(50_003).last().isEqualTo("\u001b[0m");
        assertThat(colored.lines().skip(50_000)).first().asString().endsWith("all written");
        assertThat(colored.lines().limit(50_000)).allMatch(line -> line.length() > 350);

        var json = gateway.ssh("-s", at("gw"), "peek long --lines 50000 --join --json")
                .orFail();
        assertThat(json)
                .contains("\"history_lines\":49952,\"lines\":[\"000000000 ")
                .endsWith(",\"\"]}\n");
    }

    @Test
    void peekJoinsALineThatTheTerminalHasWrapped() throws Exception {
        var url = "https://example.org/" + "a".repeat(150) + "/end";
        session("wrapped", "printf '%s\\n' " + url + " next; sleep 60");
        awaitScreen("wrapped", "next");

        assertThat(peek("wrapped").lines()).doesNotContain(url).element(2).isEqualTo("next");
        assertThat(gateway.ssh("-s", at("gw"), "peek wrapped --join").orFail().lines())
                .containsExactly(url, "next");
    }

    @Test
    void nothingOnAScreenReachesTheReadersTerminal() throws Exception {
        session(
                "hostile",
                "printf '\\033]2;title\\007\\033[31mred\\033[0m \\033(0lqk\\033(B \\302\\233 \\342\\200\\256x\\a"
                        + " end'; sleep 60");
        awaitScreen("hostile", "end");

        assertThat(peek("hostile")).startsWith("red ┌─┐ ").doesNotContainPattern("[\\p{Cc}\\p{Cf}&&[^\\n]]");
        assertThat(gateway.ssh("-s", at("gw"), "peek hostile --color").orFail())
                .startsWith("\u001b[31mred\u001b[")
                .doesNotContainPattern("\u001b(?!\\[[0-9;]*m)")
                .endsWith("\u001b[0m");
    }
}
