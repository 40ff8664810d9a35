package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What people type arrives byte for byte, and nothing that they type becomes an option of ssh.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class ClientArgumentsIT {
    /// Of each a character is a byte.
    private static final List<String> NASTY = List.of(
            "a b",
            " leading and trailing ",
            "",
            "'",
            "\"",
            "it's \"both\"",
            "$(touch pwned)",
            "`touch pwned`",
            "$HOME ${PATH} $$ $1",
            "two\nlines\n",
            "\r\n",
            "tab\there",
            "-rf",
            "--",
            "--help",
            "-oProxyCommand=touch pwned",
            "*",
            "/etc/*",
            "~",
            "~root",
            "{a,b}",
            "!!",
            "#",
            ";touch pwned",
            "a&b|c>d<e",
            "\\",
            "\\n\\0\\x",
            "%s%n%%",
            "@file",
            "a=b",
            "\u0001\u001b[31m\u007f",
            new String("ärger 日本 🦀".getBytes(UTF_8), ISO_8859_1),
            "\u00ff\u00fe\u0080 not UTF-8 \u00c3",
            new String("\ufeff".getBytes(UTF_8), ISO_8859_1),
            "x".repeat(100_000));

    private static TwoServers servers;
    private static Desk desk;
    private static String shed;

    @BeforeAll
    static void start() throws Exception {
        servers = TwoServers.start();
        desk = servers.desk();
        shed = servers.shedOfOne();
    }

    @AfterAll
    static void stop() throws Exception {
        servers.close();
    }

    /// A word of bash for bytes: this virtual machine could not pass on all of them itself.
    private static String word(String bytes) {
        return bytes.chars().mapToObj("\\x%02x"::formatted).collect(Collectors.joining("", "$'", "'"));
    }

    private static byte[] lines(List<String> words, char end) {
        var all = new ByteArrayOutputStream();
        words.forEach(word -> all.writeBytes((word + end).getBytes(ISO_8859_1)));
        return all.toByteArray();
    }

    private static String script(String line) throws Exception {
        var file = Files.createTempFile(desk.home(), "script", "");
        return Files.writeString(file, line).toString();
    }

    @Test
    void argumentsOfACommandArriveByteForByte() throws Exception {
        var words = NASTY.stream().map(ClientArgumentsIT::word).collect(Collectors.joining(" "));
        var plain = desk.sh("bash " + script("shed exec " + shed + " -- printf '%s\\0' " + words));
        assertThat(plain.bytes()).as(plain.err()).isEqualTo(lines(NASTY, '\0'));

        Place.inside(shed, "tmux", "-u", "new-session", "-d", "-s", "args").orFail();
        var inside = desk.sh("bash " + script("shed exec " + shed + " -S args -- printf '%s\\0' " + words));
        assertThat(inside.bytes()).as(inside.err()).isEqualTo(lines(NASTY, '\0'));
    }

    @Test
    void aLineOfShellIsOne() throws Exception {
        var line = "printf '%s\\n' \"$0\" 'a  b' | tail -n 1; echo $((6*7))";
        assertThat(desk.shed("exec", shed, line).orFail()).isEqualTo("a  b\n42\n");
    }

    /// What is pasted, and nothing else, byte for byte: a program that asked for brackets sees where it begins and
    /// ends.
    private static void taker(String session) throws Exception {
        var program = """
                import os, sys, tty
                tty.setraw(0)
                os.write(1, b"\\033[?2004htaking\\r\\n")
                with open(sys.argv[1], "wb", buffering=0) as taken:
                    while True:
                        taken.write(os.read(0, 1 << 20))
                        os.write(1, b"taken\\r\\n")
                """;
        Place.inside(
                        shed,
                        "tmux",
                        "-u",
                        "new-session",
                        "-d",
                        "-s",
                        session,
                        "python3",
                        "-c",
                        program,
                        "/tmp/" + session)
                .orFail();
        Await.until(
                "it takes keys", () -> desk.shed("peek", shed, session).out().contains("taking"));
    }

    private static void awaitTaken(String session, String bytes) throws Exception {
        Await.get(
                "all of it, and nothing else",
                Await.PATIENCE,
                () -> Place.inside(shed, "cat", "/tmp/" + session).bytes(),
                taken -> new String(taken, ISO_8859_1).equals(bytes));
    }

    private static String pasted(String text) {
        return "\u001b[200~" + text + "\u001b[201~";
    }

    /// Every word at once; the empty one is there as two blanks in a row, and all of it is longer than 100 KB.
    @Test
    void wordsThatAreSentArriveByteForByte() throws Exception {
        taker("words");
        var sent = NASTY.stream().filter(text -> !isRefused(text)).toList();
        var words = sent.stream().map(ClientArgumentsIT::word).collect(Collectors.joining(" "));

        desk.sh("bash " + script("shed send " + shed + " words --no-enter -- " + words))
                .orFail();

        assertThat(sent).hasSize(NASTY.size() - 2);
        awaitTaken("words", pasted(String.join(" ", sent)));
    }

    /// The line of a verb is text; rather than something else nothing is typed.
    @Test
    void wordsInAnotherEncodingAreRefused() throws Exception {
        taker("latin");
        var result = desk.sh("bash " + script("shed send " + shed + " latin -- " + word("gr\u00fc\u00dfe")));
        assertThat(result.status()).as(result.said()).isEqualTo(64);
        assertThat(result.err()).contains("not UTF-8", "+SESSION <FILE");
        desk.shed("send", shed, "latin", "ab").orFail();
        awaitTaken("latin", pasted("ab") + "\r");
    }

    /// Whatever its encoding.
    @Test
    void stdinThatIsSentArrivesByteForByte() throws Exception {
        taker("stdin");
        var text = NASTY.stream().filter(word -> !hasControls(word)).collect(Collectors.joining("\n"));
        var file = Files.write(desk.home().resolve("prompt"), (text + "\n").getBytes(ISO_8859_1));

        desk.sh("shed send " + shed + " stdin <" + file).orFail();

        awaitTaken("stdin", pasted(text) + "\r");
    }

    @Test
    void theEmptyTextIsEnterAlone() throws Exception {
        taker("empty");
        desk.shed("send", shed, "empty", "").orFail();
        awaitTaken("empty", "\r");
        assertThat(desk.shed("send", shed, "empty", "--no-enter", "").status()).isEqualTo(64);
        awaitTaken("empty", "\r");
    }

    /// A key, or the end of the paste, could hide in them.
    @Test
    void controlCharactersAreRefusedByName() throws Exception {
        taker("controls");
        for (var control : List.of("\u0001", "\b", "\u001b", "\u007f")) {
            var result = desk.sh("bash " + script("shed send " + shed + " controls -- " + word("a" + control)));
            assertThat(result.status()).as(result.said()).isEqualTo(64);
            assertThat(result.err()).contains("U+%04X".formatted(control.codePointAt(0)));
        }
        desk.shed("send", shed, "controls", "ab").orFail();
        awaitTaken("controls", pasted("ab") + "\r");
    }

    private static boolean isRefused(String text) {
        boolean utf8 = new String(text.getBytes(ISO_8859_1), UTF_8).indexOf('\ufffd') < 0;
        return !utf8 || hasControls(text);
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(c -> (c < ' ' || c == 0x7f) && c != '\t' && c != '\n' && c != '\r');
    }

    @Test
    void hostileNamesNeverReachSsh() throws Exception {
        try (var other = Desk.make()) {
            Files.createDirectories(other.home().resolve(".shed"));
            Files.writeString(
                    other.home().resolve(".shed").resolve("config.yaml"), "servers:\n  gw:\n    host: 127.0.0.1\n");
            other.script("ssh", "printf '%s\\n' \"$@\" '' >>\"$HOME/argv\"\n");
            for (var name : List.of("-oProxyCommand=touch${IFS}pwned", "a\n-oProxyCommand=x", "a b", "`id`", "a@b")) {
                for (var words : List.of(
                        List.of("exec", "--", name, "true"),
                        List.of("exec", "--session=" + name, "ok", "true"),
                        List.of("kill", "gw/ok+" + name),
                        List.of("info", "--server=" + name, "ok"),
                        List.of("server", "add", "--trust-on-first-use", "--name=x", "--", name))) {
                    var result = other.shed(words.toArray(String[]::new));
                    assertThat(result.status())
                            .as("%s: %s", words, result.said())
                            .isIn(64, 66);
                }
            }
            assertThat(other.home().resolve("argv")).doesNotExist();

            // A token of ssh's own means nothing where names stand.
            other.shed("exec", "gw/a%h%%r", "true");
            var argv = Files.readAllLines(other.home().resolve("argv"));
            assertThat(argv).containsSubsequence("-l", "shed", "--", "127.0.0.1", "true");
            assertThat(argv.subList(0, argv.indexOf("--"))).doesNotContain("a%h%%r");
        }
        assertThat(desk.shed("exec", "--", "-oProxyCommand=touch pwned", "true").status())
                .isEqualTo(64);
        assertThat(desk.home().resolve("pwned")).doesNotExist();
    }
}
