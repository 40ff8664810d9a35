package dev.shed.gateway.init;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.config.ConfigFile;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `shed-gateway init` writes, asks and refuses.
class InitProgramTest {
    private static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGN97l1pg/0Tqt4T42XDN5VnXN4QW2Ygh2uNwJYYzMoj ada@laptop";
    private static final String FINGERPRINT = "SHA256:";

    @TempDir
    Path directory;

    private Path file;
    private Path keys;

    @BeforeEach
    void place() {
        file = directory.resolve("etc/shed/gateway.yaml");
        keys = directory.resolve("etc/shed/authorized_keys");
    }

    private String init(Optional<Questions> questions, String... words) throws Exception {
        var out = new ByteArrayOutputStream();
        new InitProgram(Optional.of(file), questions, directory.resolve("home"), new PrintStream(out, true, UTF_8))
                .run(List.of(words));
        return out.toString(UTF_8);
    }

    private String init(String... words) throws Exception {
        return init(Optional.empty(), words);
    }

    private Failure refusal(String... words) throws Exception {
        try {
            throw new AssertionError("accepted: " + init(words));
        } catch (ShedException e) {
            return e.failure();
        }
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void itWritesAConfigurationThatIsValidAndTheFirstKey() throws Exception {
        var said = init("--listen", "0.0.0.0", "--key", KEY, "--image", "team/shed:1");
        assertThat(said)
                .contains("added " + FINGERPRINT)
                .contains("ada@laptop to " + keys)
                .contains("wrote " + file)
                .endsWith("shed-gateway serve --config " + file + "\n");
        var config = ConfigFile.load(Optional.of(file));
        assertThat(config.listen().address()).isEqualTo("0.0.0.0");
        assertThat(config.listen().port()).isEqualTo(2222);
        assertThat(config.shed().image()).isEqualTo("team/shed:1");
        assertThat(config.access().authorizedKeys()).isEqualTo(keys);
        assertThat(keys).hasContent("role=\"admin\" " + KEY);
        assertThat(mode(file)).isEqualTo("rw-r--r--");
        assertThat(mode(keys)).isEqualTo("rw-------");
        assertThat(file.resolveSibling("")).isDirectoryNotContaining("glob:**.{new,lock}");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,127.0.0.1,2222,127.0.0.1:2222",
        "127.0.0.1:22,127.0.0.1,22,127.0.0.1:22",
        "::,::,2222,",
        "0.0.0.0:22,0.0.0.0,22,",
        "127.0.0.1:0,127.0.0.1,0,",
        "[::1]:2200,::1,2200,[::1]:2200",
        "[::1],::1,2222,[::1]:2222",
        "gw.example.org:22,gw.example.org,22,gw.example.org:22",
    })
    void anAddressMayHaveAPort(String listen, String address, int port, @Nullable String reached) throws Exception {
        init("--listen", listen, "--key", KEY);
        var config = ConfigFile.load(Optional.of(file)).listen();
        assertThat(config.address()).isEqualTo(address);
        assertThat(config.port()).isEqualTo(port);
        assertThat(config.publicAddress()).isEqualTo(Optional.ofNullable(reached));
    }

    @Test
    void aKeyMayBeAFile() throws Exception {
        var key = Files.writeString(directory.resolve("id.pub"), KEY + "\n");
        init("--key", key.toString());
        assertThat(keys).hasContent("role=\"admin\" " + KEY);
        assertThat(ConfigFile.load(Optional.of(file)).listen().address()).isEqualTo("127.0.0.1");
    }

    /// Neither the file of keys nor the configuration is touched if one value is wrong.
    @ParameterizedTest
    @CsvSource({
        "--listen,a b,'listen.address: ''a b'' is not allowed'",
        "--listen,127.0.0.1:99999,'listen.port: '",
        "--image,'x'' y','shed.image: '",
        "--key,/nosuch/key.pub,there is no file '/nosuch/key.pub'",
        "--key,ssh-ed25519 AAAA,it is cut off",
        "--nosuch,x,unknown option '--nosuch'",
    })
    void aWrongValueIsRefusedAndNothingIsWritten(String option, String value, String message) throws Exception {
        var words = option.equals("--key") ? List.of(option, value) : List.of("--key", KEY, option, value);
        var failure = refusal(words.toArray(String[]::new));
        assertThat(failure.message()).contains(message);
        assertThat(file).doesNotExist();
        assertThat(keys).doesNotExist();
    }

    @Test
    void withoutATerminalTheMissingOptionIsNamed() throws Exception {
        assertThat(refusal().code()).isEqualTo("USAGE");
        assertThat(refusal().message()).contains("--key is missing").contains("--listen and --image have defaults");
        assertThat(refusal().hint()).contains("init --key FILE|LINE [--listen ADDRESS[:PORT]] [--image NAME]");
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, "listen: {port: 1}\n");
        var failure = refusal("--key", KEY);
        assertThat(failure.code()).isEqualTo("USAGE");
        assertThat(failure.message()).isEqualTo(file + " exists already, and init overwrites nothing");
        assertThat(failure.hint())
                .contains("shed-gateway doctor --config " + file)
                .contains("keys add --role admin");
        assertThat(file).hasContent("listen: {port: 1}");
        assertThat(keys).doesNotExist();
    }

    /// As after an attempt that was interrupted between the two files.
    @Test
    void keysThatAreThereStay() throws Exception {
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(keys, "# mine\nrole=\"user\" " + KEY + "\n");
        assertThat(init("--key", KEY)).contains(keys + " has the key already");
        assertThat(keys).hasContent("# mine\nrole=\"user\" " + KEY);
        assertThat(file).exists();
    }

    @Test
    void aFileThatAppearsMeanwhileIsNotReplaced() throws Exception {
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, "# somebody else's\n");
        var first = new FirstConfiguration(file, "127.0.0.1", "shed-base:latest");
        assertThatThrownBy(first::write).hasMessageContaining("init overwrites nothing");
        assertThat(file).hasContent("# somebody else's");
        assertThat(file.resolveSibling("")).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void onATerminalItAsksForWhatWasNotGiven() throws Exception {
        var own = Files.createDirectories(directory.resolve("home/.ssh")).resolve("id_ed25519.pub");
        Files.writeString(own, KEY + "\n");
        var asked = new ArrayList<String>();
        Questions answers = (question, fallback) -> {
            asked.add(question + "|" + fallback);
            return Optional.of(fallback);
        };
        init(Optional.of(answers), "--image", "team/shed:1");
        assertThat(asked)
                .containsExactly(
                        "File of the public key that may do everything|" + own, "Address to listen on|127.0.0.1");
        assertThat(keys).hasContent("role=\"admin\" " + KEY);
    }

    @Test
    void whatIsTypedMayBeginWithATilde() throws Exception {
        Files.createDirectories(directory.resolve("home/.ssh"));
        Files.writeString(directory.resolve("home/.ssh/other.pub"), KEY + "\n");
        init(Optional.of(
                (question, fallback) -> Optional.of(question.startsWith("File") ? "~/.ssh/other.pub" : fallback)));
        assertThat(keys).hasContent("role=\"admin\" " + KEY);
    }

    @Test
    void anEndOfInputWritesNothing() {
        assertThatThrownBy(() -> init(Optional.of((_, _) -> Optional.empty())))
                .hasMessageContaining("--key is missing");
        assertThat(file).doesNotExist();
    }
}
