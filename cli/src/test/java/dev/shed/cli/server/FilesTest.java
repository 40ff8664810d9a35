package dev.shed.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.file.AtomicFile;
import dev.shed.cli.server.ShedCache.Word;
import dev.shed.cli.ssh.HostKey;
import dev.shed.cli.ssh.KnownHosts;
import dev.shed.cli.ssh.LinkLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The client's own files.
class FilesTest {
    @TempDir
    Path directory;

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("file"), text);
    }

    @Test
    void settingsAreReadAsTheyWereWritten() throws IOException {
        var settings = Settings.EMPTY
                .with(new Server("home", "gw.example.org", 2222))
                .with(new Server("v6", "fe80::1", 22))
                .with(new Server("own", "gw", 2222, Optional.of(Path.of("/home/me/it's a key: #1 %h"))))
                .withDefault("v6");
        var file = directory.resolve("config.yaml");
        SettingsFile.write(file, settings);
        assertThat(SettingsFile.read(file)).isEqualTo(settings);
    }

    @Test
    void settingsWrittenByHandAreRead() throws IOException {
        var file = write(
                "# mine\r\ndefault: 'home' # yes\r\n\r\nservers:\r\n    home:\r\n        host: gw.example.org  # there\r\n");
        var settings = SettingsFile.read(file);
        assertThat(settings.server("home")).isEqualTo(new Server("home", "gw.example.org", 2222));
        assertThat(settings.defaultServer()).contains("home");
        assertThat(settings.defaultOrOnly().name()).isEqualTo("home");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1|servers: [a]",
                "1|nosuch: x",
                "1|default:",
                "2|servers:~  a: {host: x}",
                "3|servers:~  a:~    user: x",
                "3|servers:~  a:~    port: x",
                "3|servers:~  a:~    identity:",
                "2|default: a~  b: c",
            })
    void whatIsNotUnderstoodIsNamedWithItsLine(int line, String text) throws IOException {
        var file = write(text.replace('~', '\n'));
        assertThatThrownBy(() -> SettingsFile.read(file))
                .isInstanceOf(CliFailure.class)
                .hasMessageStartingWith(file + ":" + line + ": ");
    }

    @Test
    void aFileKeepsItsModeAndItsLink() throws IOException {
        var real = write("old");
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
        var link = Files.createSymbolicLink(directory.resolve("link"), real);
        AtomicFile.write(link, "new".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(link).isSymbolicLink();
        assertThat(real).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void aNewKeyTakesThePlaceOfTheOldOne() throws IOException {
        var hosts = new KnownHosts(write("# mine\n[gw]:2222 ssh-rsa AAAA\n[gw2]:2222 ssh-rsa AAAA\n"));
        hosts.accept(List.of(new HostKey("[gw]:2222", "ssh-ed25519", "BBBB")));
        assertThat(hosts.file()).hasContent("# mine\n[gw2]:2222 ssh-rsa AAAA\n[gw]:2222 ssh-ed25519 BBBB\n");
        hosts.forget(KnownHosts.name("gw2", 2222));
        assertThat(hosts.keys()).containsExactly(new HostKey("[gw]:2222", "ssh-ed25519", "BBBB"));
    }

    @Test
    void aFingerprintIsThatOfOpenSsh() {
        var key =
                new HostKey("x", "ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIKgUczWIwev8RBeHU7PmX236XmU8R5xCLphvfVOIJB/u");
        assertThat(key.fingerprint()).isEqualTo("SHA256:KSES4JeGcoMkou58sX14lhWKA36o3riSJ0oFLhri4W0");
    }

    @Test
    void theCacheKnowsWhatServersSaidWithinAMinute() throws IOException {
        var cache = new ShedCache(directory.resolve("cache"));
        var now = Instant.ofEpochSecond(1_000_000);
        cache.learn("a", List.of("one", "two"), now);
        cache.learn("a", List.of("two"), now);
        cache.learn("b", "three", Word.HAS, now);
        cache.learn("b", "two", Word.LACKS, now);
        assertThat(cache.of("a", "one", now)).contains(Word.LACKS);
        assertThat(cache.of("a", "two", now.plusSeconds(59))).contains(Word.HAS);
        assertThat(cache.of("a", "two", now.plusSeconds(61))).isEmpty();
        assertThat(cache.of("b", "two", now)).contains(Word.LACKS);
        assertThat(cache.of("b", "three", now)).contains(Word.HAS);
        assertThat(cache.of("b", "four", now)).as("not asked").isEmpty();
        assertThat(cache.isListed("a", now)).isTrue();
        assertThat(cache.isListed("b", now)).as("asked for single sheds only").isFalse();
        assertThat(cache.sheds("b")).containsExactly("three");
    }

    @Test
    void theCacheForgetsWhatIsMadeOrDeleted() throws IOException {
        var cache = new ShedCache(directory.resolve("cache"));
        var now = Instant.now();
        cache.learn("a", List.of("one"), now);
        cache.learn("b", List.of(), now);
        cache.forget("one");
        assertThat(cache.of("a", "one", now)).isEmpty();
        assertThat(cache.of("b", "one", now)).isEmpty();
    }

    @Test
    void aServerThatIsSilentKeepsWhatItHad() throws IOException {
        var cache = new ShedCache(directory.resolve("cache"));
        var now = Instant.ofEpochSecond(1_000_000);
        cache.learn("a", List.of("one"), now);
        cache.learn("a", "one", Word.NOTHING, now.plusSeconds(120));
        assertThat(cache.sheds("a")).containsExactly("one");
        assertThat(cache.of("a", "one", now.plusSeconds(121))).contains(Word.NOTHING);
    }

    @Test
    void aServerCannotSpeakForAnother() throws IOException {
        var cache = new ShedCache(directory.resolve("cache"));
        var now = Instant.ofEpochSecond(1_000_000);
        cache.learn("evil", List.of("x\t1000000\nwork\t*\t1000000\nwork\tx", "*", "!one", "fine"), now);
        assertThat(cache.isListed("work", now)).isFalse();
        assertThat(cache.sheds("evil")).containsExactly("fine");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "REFUSED|ssh: connect to host gw port 2222: Connection refused",
                "LOST|Authenticated to gw~debug1: Exit status -1",
                "ENDED|Authenticated to gw~debug1: client_input_channel_req: channel 0 rtype exit-status reply 0",
                "ENDED|Authenticated to gw~debug1: client_input_channel_req: channel 0 rtype exit-signal reply 0",
                "LOST|Authenticated to gw~shed: trying again~ssh: connect to host gw port 2222: Connection refused",
                "REFUSED|Authenticated to gw~shed: trying again~Permission denied (publickey).",
                "REFUSED|Authenticated to gw~shed: trying again~Host key verification failed.",
            })
    void theLogTellsALostLinkFromAnEnd(LinkLog.Verdict verdict, String text) throws IOException {
        var log = new LinkLog(write("shed: server a\n" + text.replace('~', '\n') + "\n"));
        assertThat(log.verdict()).isEqualTo(verdict);
        assertThat(log.server()).isEqualTo("a");
    }
}
