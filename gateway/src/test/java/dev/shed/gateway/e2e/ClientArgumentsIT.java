package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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

    @Test
    void whatIsSentArrivesByteForByte() throws Exception {
        // A terminal takes what is pasted without its own ideas about control characters; a line feed is Enter there.
        var sent = NASTY.stream()
                .filter(text ->
                        !text.isEmpty() && text.length() < 1000 && text.chars().noneMatch(c -> c < ' ' || c == 0x7f))
                .filter(ClientArgumentsIT::isUtf8)
                .toList();
        var text = String.join("\n", sent);
        Place.inside(
                        shed,
                        "tmux",
                        "-u",
                        "new-session",
                        "-d",
                        "-s",
                        "send",
                        "stty -icanon -isig -icrnl -ixon -iexten min 1; echo taking; exec head -c " + text.length()
                                + " >/home/dev/sent")
                .orFail();
        Await.until("it takes keys", () -> desk.shed("peek", shed, "send").out().contains("taking"));
        desk.sh("bash " + script("shed send " + shed + " send --no-enter -- " + word(text)))
                .orFail();
        Await.get(
                "all of it",
                Await.PATIENCE,
                () -> Place.inside(shed, "cat", "/home/dev/sent").output(),
                seen -> UTF_8.decode(seen.duplicate())
                        .toString()
                        .replace('\r', '\n')
                        .equals(new String(text.getBytes(ISO_8859_1), UTF_8)));
    }

    private static boolean isUtf8(String bytes) {
        return new String(bytes.getBytes(ISO_8859_1), UTF_8).indexOf('\ufffd') < 0;
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
