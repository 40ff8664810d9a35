package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The client's `server` verbs, with two servers that answer.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class ClientServersIT {
    private static TwoServers servers;

    @BeforeAll
    static void start() throws Exception {
        servers = TwoServers.start();
    }

    @AfterAll
    static void stop() throws Exception {
        servers.close();
    }

    @Test
    @Exercises({
        "server add",
        "server add --name",
        "server add --port",
        "server add --fingerprint",
        "server add --trust-on-first-use",
        "server list",
        "server list --json",
        "server remove",
        "server set-default"
    })
    void serversAreAddedAndRemoved() throws Exception {
        try (var other = Desk.make()) {
            var port = Integer.toString(servers.one().place().port());
            var add = other.shed("server", "add", "127.0.0.1", "--port", port);
            assertThat(add.status()).isEqualTo(64);
            assertThat(add.err()).contains("without a terminal", "--fingerprint", "--trust-on-first-use");
            var wrong = other.shed("server", "add", "127.0.0.1", "-p", port, "--fingerprint", "SHA256:x");
            assertThat(wrong.status()).isEqualTo(76);
            assertThat(add.err() + wrong.err()).contains("shows the host key ssh-ed25519 SHA256:");
            // The gateway logs three; which one is meant has to be said.
            assertThat(List.of(add.err(), wrong.err()))
                    .allMatch(err -> err.contains("grep 'host key type=\"ssh-ed25519\"'"));
            var fingerprint = wrong.err().replaceAll("(?s).*(SHA256:[\\w+/]{43}).*", "$1");

            // The key is right and kept, but nobody lets this desk in.
            var refused =
                    other.shed("server", "add", "127.0.0.1", "-p", port, "--name", "a", "--fingerprint", fingerprint);
            assertThat(refused.status()).isEqualTo(77);
            assertThat(refused.err()).contains("refused the login", "append this line", other.publicKey());
            servers.one().place().admit(other.publicKey(), "role=\"user\"");
            servers.two().place().admit(other.publicKey(), "role=\"user\"");
            other.shed("server", "add", "127.0.0.2", "-p", port, "--name", "b", "--trust-on-first-use")
                    .orFail();
            assertThat(other.shed("server", "list").orFail())
                    .containsPattern("a +127.0.0.1 +" + port + " +yes +answers")
                    .containsPattern("b +127.0.0.2 +" + port + " +- +answers");
            other.shed("server", "set-default", "b").orFail();
            assertThat(other.shed("server", "list", "--json").orFail())
                    .contains("\"name\":\"b\",\"host\":\"127.0.0.2\",\"port\":" + port
                            + ",\"default\":true,\"reachable\":true");
            other.shed("server", "remove", "a").orFail();
            assertThat(other.shed("server", "list").orFail()).doesNotContain("127.0.0.1");
            assertThat(other.shed("server", "remove", "a").status()).isEqualTo(66);
        }
    }

    /// As after scripts/up, which makes a key of its own where there is none to be had.
    @Test
    @Exercises("server add --identity")
    void aServerHasAKeyOfItsOwn() throws Exception {
        var shed = servers.shedOfOne();
        var port = Integer.toString(servers.one().place().port());
        try (var other = Desk.withoutKey()) {
            servers.one().place().admit(other.publicKey(), "role=\"user\"");
            var without = other.shed("server", "add", "127.0.0.1", "--port", port, "--trust-on-first-use");
            assertThat(without.status()).as(without.said()).isEqualTo(77);
            assertThat(without.err())
                    .contains(
                            "no key to offer",
                            "\n  shed server add 127.0.0.1 --name 127.0.0.1 --port " + port + " --identity FILE");
            var missing = other.shed("server", "add", "127.0.0.1", "--port", port, "--identity", "keys/nosuch");
            assertThat(missing.status()).isEqualTo(64);

            other.shed(
                            "server",
                            "add",
                            "127.0.0.1",
                            "--port",
                            port,
                            "--identity",
                            "keys/my key",
                            "--trust-on-first-use")
                    .orFail();
            var key = other.home().resolve("keys/my key");
            assertThat(other.shed("exec", shed, "hostname").orFail()).isEqualTo(shed + "\n");
            assertThat(other.shed("sessions", shed).orFail()).contains("SESSION");
            assertThat(other.shed("config").orFail()).containsPattern("servers.127.0.0.1.identity +" + key + " ");
            assertThat(other.shed("server", "list", "--json").orFail()).contains("\"identity\":\"" + key + "\"");
            assertThat(other.shed("doctor").said()).contains(key.toString()).doesNotContain("fail");
            other.shed("ssh-config", shed, "--install").orFail();
            assertThat(other.sh("ssh shed-" + shed + " hostname").orFail()).isEqualTo(shed + "\n");
        }
    }

    /// The host, the port and the key of an alias are what ssh makes of it.
    @Test
    @Exercises("server add")
    void anAliasOfSshStandsForAServer() throws Exception {
        var port = Integer.toString(servers.one().place().port());
        try (var other = Desk.withoutKey()) {
            servers.one().place().admit(other.publicKey(), "role=\"user\"");
            Files.writeString(other.home().resolve(".ssh/config"), """
                    Match originalhost mine user shed
                        Port %s
                        IdentityFile "%s"
                    Host mine
                        HostName 127.0.0.1
                        User somebody
                    """.formatted(
                            port, other.home().resolve("keys/my key")));
            assertThat(other.shed("server", "add", "mine", "--trust-on-first-use")
                            .orFail())
                    .isEqualTo("added mine (default)\n");
            assertThat(other.shed("server", "list").orFail()).containsPattern("mine +mine +" + port + " +yes +answers");
            var known = other.home().resolve(".shed/known_hosts");
            assertThat(Files.readString(known)).startsWith("[127.0.0.1]:" + port + " ");

            var another = other.publicKey().split(" ", -1)[1];
            Files.writeString(known, "[127.0.0.1]:" + port + " ssh-ed25519 " + another + "\n");
            other.hangUp();
            var changed = other.shed("list");
            assertThat(changed.status()).isEqualTo(76);
            assertThat(changed.err()).contains("HAS CHANGED from SHA256:");
            var again = other.shed("server", "add", "mine", "--trust-on-first-use");
            assertThat(again.status()).isEqualTo(76);
            assertThat(again.err()).contains("has changed from SHA256:");
            other.shed("server", "remove", "mine").orFail();
            assertThat(known).isEmptyFile();
        }
    }

    @Test
    @Exercises("server add")
    void aPersonIsAskedAboutTheHostKey() throws Exception {
        var port = Integer.toString(servers.one().place().port());
        try (var other = Desk.make();
                var no = other.terminal("server", "add", "127.0.0.1", "-p", port);
                var yes = other.terminal("server", "add", "127.0.0.2", "-p", port)) {
            servers.two().place().admit(other.publicKey(), "role=\"user\"");
            no.await("Accept it? [y/N]");
            no.enter("");
            assertThat(no.status()).isEqualTo(76);
            yes.await("Accept it? [y/N]");
            yes.enter("y");
            assertThat(yes.status()).isZero();
            assertThat(yes.screen()).contains("added 127.0.0.2 (default)");
        }
    }
}
