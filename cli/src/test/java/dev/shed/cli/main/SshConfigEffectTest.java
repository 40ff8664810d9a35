package dev.shed.cli.main;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.cli.server.Server;
import dev.shed.cli.server.Settings;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.ssh.SshProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What OpenSSH itself makes of the file (`ssh -G`).
class SshConfigEffectTest {
    private static final String CONTRARY = """
            \tUser bob
            \tPort 99
            \tHostName elsewhere
            \tUserKnownHostsFile /dev/null
            \tGlobalKnownHostsFile /etc/other
            \tStrictHostKeyChecking no
            \tUpdateHostKeys yes
            \tRemoteCommand /bin/false
            """;

    @TempDir
    Path directory;

    private Person person;

    @BeforeEach
    void somebody() throws IOException {
        person = new Person(directory);
    }

    private void write(String name, String text) throws IOException {
        person.write(person.file(name), text.getBytes(UTF_8));
    }

    private List<String> ssh(String host) throws Exception {
        var words = List.of("ssh", "-G", "-F", person.sshConfig().toString(), "--", host);
        var answer = SshProcess.ask(new SshCommand(words), Duration.ofSeconds(20));
        assertThat(answer.status()).as(answer.err()).isZero();
        return answer.out().lines().toList();
    }

    private void install(String... words) throws Exception {
        var all = Stream.concat(Stream.of("ssh-config", "--install"), Stream.of(words))
                .toArray(String[]::new);
        assertThat(person.status(all)).as(person.err()).isZero();
    }

    static Stream<String> contrary() {
        return Stream.of(
                CONTRARY,
                "Host *\n" + CONTRARY,
                "Match all\n" + CONTRARY,
                "Host shed-*\n" + CONTRARY,
                "Host shed-one\n" + CONTRARY,
                "Match originalhost shed-*\n" + CONTRARY,
                "Include contrary\n",
                ("Host *\n" + CONTRARY).replace("\n", "\r\n"),
                "Host a\n Port 1\n".repeat(5_000) + "Host *\n" + CONTRARY);
    }

    @ParameterizedTest
    @MethodSource("contrary")
    void anEntryHasEffectWhateverElseThereIs(String others) throws Exception {
        write(".ssh/contrary", CONTRARY);
        write(".ssh/config", others.replace("Include contrary", "Include " + person.file(".ssh/contrary")));
        install("one");
        assertThat(ssh("shed-one"))
                .contains(
                        "user one",
                        "port 2222",
                        "hostname gw.example.org",
                        "userknownhostsfile " + person.file(".shed/known_hosts"),
                        "globalknownhostsfile /dev/null",
                        "stricthostkeychecking true",
                        "sendenv SHED_SESSION")
                .noneMatch(line -> line.startsWith("remotecommand"));
    }

    /// Host names of every kind, with the block and without.
    @ParameterizedTest
    @MethodSource("contrary")
    void otherHostsAreReachedAsBefore(String others) throws Exception {
        write(".ssh/contrary", CONTRARY);
        write(".ssh/config", others.replace("Include contrary", "Include " + person.file(".ssh/contrary")));
        var hosts = List.of("example.org", "a", "shed", "shed-1.example.org", "gw.example.org", "10.0.0.1");
        var before = new java.util.ArrayList<List<String>>();
        for (var host : hosts) {
            before.add(ssh(host));
        }
        install("one");
        for (int i = 0; i < hosts.size(); i++) {
            assertThat(ssh(hosts.get(i))).as(hosts.get(i)).isEqualTo(before.get(i));
        }
    }

    @Test
    void everyOtherNameIsTheLobbyOfTheDefaultServer() throws Exception {
        write(".ssh/config", "Host *\n" + CONTRARY);
        person.knows(new Server("work", "work.example.org", 22));
        install("work/one");
        assertThat(ssh("shed-new"))
                .contains("user shed", "hostname gw.example.org", "port 2222", "sendenv SHED_SESSION");
        assertThat(ssh("shed-one")).contains("user one", "hostname work.example.org", "port 22");
        assertThat(ssh("shed-one.work")).contains("user one", "hostname work.example.org", "port 22");
    }

    @Test
    void theDefaultServersShedHasTheShortName() throws Exception {
        person.knows(new Server("work", "work.example.org", 22));
        install("work/one", "home/one");
        assertThat(ssh("shed-one")).contains("hostname gw.example.org");
        assertThat(ssh("shed-one.home")).contains("hostname gw.example.org");
        assertThat(ssh("shed-one.work")).contains("hostname work.example.org");
    }

    @Test
    void namesOfOnesOwnAreLeftAlone() throws Exception {
        write(".ssh/config", "host=\"shed-pi\" shed-nas\n\tUser me\n\tHostName pi.lan\n");
        install("one");
        assertThat(ssh("shed-pi")).contains("user me", "hostname pi.lan", "port 22");
        assertThat(ssh("shed-nas")).contains("user me");
        install("pi");
        assertThat(person.err()).contains("your own entries", "shed-pi");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shed-gw", "shed-gw.example.org"})
    void aServerThatIsCalledLikeAnAliasIsStillReached(String host) throws Exception {
        person.call().save(Settings.EMPTY.with(new Server("home", host, 2222)));
        install("gw", "one");
        assertThat(ssh(host)).contains("hostname " + host, "port 22").doesNotContain("user shed", "user gw");
        assertThat(ssh("shed-one")).contains("hostname " + host);
    }

    @Test
    void theKeyOfAServerIsTheOneThatIsTried() throws Exception {
        write(".ssh/config", "Host *\n\tIdentityFile /other\n\tIdentitiesOnly no\n");
        var key = Path.of("/keys/my key 50%h");
        person.call().save(Settings.EMPTY.with(new Server("home", "gw", 2222, Optional.of(key))));
        install("one");
        // A name is shown before its tokens are expanded.
        assertThat(ssh("shed-one")).containsSubsequence("identityfile /keys/my key 50%%h", "identityfile /other");
        assertThat(ssh("shed-one")).contains("identitiesonly yes");
    }

    @Test
    void aScopedAddressAndAHomeWithSpacesArrive() throws Exception {
        person.has("SHED_HOME", directory.resolve("my shed 100%h é").toString());
        person.call().save(Settings.EMPTY.with(new Server("v6", "fe80::1%eth0", 2222)));
        install("one");
        assertThat(ssh("shed-one"))
                .contains(
                        "hostname fe80::1%eth0",
                        "userknownhostsfile "
                                + directory.resolve("my shed 100%h é").resolve("known_hosts"));
    }
}
