package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakePrograms;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a key permits at login, and keys that are refused.
class LoginKeysWireTest {
    private static final String XTERM = "xterm-256color";

    /// `Ctrl-B d`, which the fake tmux understands.
    private static final String DETACH = "\u0002d";

    private final FakeRuntime runtime = new FakeRuntime().with("demo").programs(FakePrograms::announced);
    private WireGateway gateway = WireGateway.start(runtime);

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    @Test
    void aViewerWatchesButDoesNotWork() throws IOException {
        restart("role=\"viewer\"");
        assertThat(gateway.shell("demo+none", XTERM, Map.of(), "").status()).isEqualTo(66);
        runtime.tmux("demo").with("seen", Instant.EPOCH, 0, 1);
        assertThat(gateway.shell("demo+seen", XTERM, Map.of(), DETACH).status()).isZero();
        assertThat(((Program.Argv) runtime.started().getLast().program()).words())
                .contains("-r");
        assertThat(gateway.exec("demo", "id").status()).isEqualTo(77);
        assertThat(gateway.subsystem("demo", "sftp").status()).isEqualTo(77);
    }

    @Test
    void aShedThatTheKeyMayNotSeeLooksUnknown() throws IOException {
        restart("sheds=\"other*\"");
        assertThat(gateway.exec("demo", "id"))
                .isEqualTo(new WireGateway.Result(66, Optional.empty(), "", unknown("demo")));
        assertThat(gateway.exec("nobody", "id").err()).isEqualTo(unknown("nobody"));
    }

    private static String unknown(String shed) {
        return "shed: there is no shed '" + shed + "'\nTry:\n  ssh shed@HOST list\n";
    }

    @Test
    void whoMayOnlyLookIsToldWhatWasTriedAndHowToLook() throws IOException {
        restart("role=\"viewer\"");
        assertThat(gateway.exec("demo+work", "id").err()).isEqualTo("""
            shed: your key may not run commands in shed 'demo'
            Try:
              to list its sessions: ssh -s demo@HOST sessions
              to see the screen of a session: ssh -s demo+work@HOST peek
              to attach read-only: ssh demo+work@HOST
              ssh shed@HOST whoami
            """);
        assertThat(gateway.subsystem("demo", "sftp").err())
                .startsWith("shed: your key may not transfer files to or from shed 'demo'\nTry:\n  to list");
        assertThat(gateway.subsystem("demo", "console").err())
                .startsWith("shed: your key may not start a shell in shed 'demo'\nTry:\n  to list");
    }

    @Test
    void aCommandThatIsNotFoundMayBeAVerb() throws IOException {
        var bash = "bash: line 1: list: command not found\n";
        runtime.programs(commands(() -> FakeProcess.printing("out", bash, 127)));
        var advice = bash + "shed: 'list' is a verb of the gateway: ";
        assertThat(gateway.exec("demo", "list --json"))
                .isEqualTo(
                        new WireGateway.Result(127, Optional.empty(), "out", advice + "ssh shed@HOST list --json\n"));
        assertThat(gateway.exec("demo", "list", Map.of("SHED_CLIENT", "/"), "").err())
                .isEqualTo(advice + "shed list\n");
        assertThat(gateway.exec("demo", "sessions").err()).endsWith(": ssh -s demo@HOST sessions\n");
        assertThat(gateway.exec("demo", "lists").err()).isEqualTo(bash);
        runtime.tmux("demo").with("debug", Instant.EPOCH, 0, 1);
        assertThat(gateway.exec("demo+debug", "list").err()).isEqualTo(advice + "ssh shed@HOST list\n");
        assertThat(gateway.exec("demo+debug", "peek").err()).endsWith(": ssh -s demo+debug@HOST peek\n");
        runtime.programs(commands(() -> FakeProcess.printing("out", "", 1)));
        assertThat(gateway.exec("demo", "list").err()).isEmpty();
    }

    /// Commands that all end so; tmux is there.
    private static Function<ExecSpec, Optional<ContainerProcess>> commands(Supplier<ContainerProcess> process) {
        return spec -> spec.program() instanceof Program.Argv ? Optional.empty() : Optional.of(process.get());
    }

    @Test
    void aVerbInPlaceOfACommandThatTheKeyMayNotCallIsForOthers() throws IOException {
        restart("role=\"user\"");
        runtime.programs(commands(() -> FakeProcess.printing("", "", 127)));
        assertThat(gateway.exec("demo", "create new").err())
                .isEqualTo("shed: 'create' is a verb of the gateway: "
                        + "ask somebody whose key may do this: ssh shed@HOST create new\n");
        restart("command=\"list\"");
        assertThat(gateway.exec("demo", "list").err()).isEmpty();
    }

    @Test
    void aForcedCommandReplacesWhateverIsAsked() throws IOException {
        restart("command=\"backup --all\"");
        assertThat(gateway.exec("demo", "id").out()).isEqualTo("ran backup --all");
        assertThat(gateway.subsystem("demo+debug", "sftp").out()).isEqualTo("ran backup --all");
        assertThat(runtime.started())
                .extracting(spec -> spec.environment().get("SSH_ORIGINAL_COMMAND"))
                .containsExactly("id", "sftp");
    }

    @Test
    void aKeyWithoutPtyGetsNone() throws IOException {
        restart("no-pty");
        assertThat(gateway.pipedShell("demo", "").out()).isEqualTo("shell, terminal false");
        // As with sshd the shell then runs without one.
        assertThat(gateway.shell("demo", XTERM, Map.of(), "").out()).isEqualTo("shell, terminal false");
    }

    @Test
    void aForcedCommandStartsAtHome() throws IOException {
        restart("command=\"make\"");
        gateway.exec("demo", "id", Map.of("SHED_CWD", "/tmp/mine", "LANG", "C.UTF-8"), "");
        assertThat(runtime.started()).singleElement().satisfies(spec -> {
            assertThat(spec.directory()).isEmpty();
            assertThat(spec.environment()).containsKey("LANG").doesNotContainKey("SHED_CWD");
        });
    }

    @Test
    void anotherKeyIsRefusedAndAuditedOnce() throws Exception {
        try (var session = gateway.connect("demo")) {
            session.addPublicKeyIdentity(KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256));
            assertThatThrownBy(() -> session.auth().verify(20_000)).isInstanceOf(SshException.class);
        }
        gateway.audit().await(AuditEvent.ConnectionClosed.class);
        assertThat(gateway.audit().events(AuditEvent.AuthRefused.class))
                .singleElement()
                .satisfies(refused -> {
                    assertThat(refused.login()).isEqualTo("demo");
                    assertThat(refused.fingerprint()).startsWith("SHA256:");
                });
    }

    @Test
    void anothersPublicKeyWithoutThePrivateOneLetsNobodyIn() throws Exception {
        var mine = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        try (var session = gateway.connect("demo")) {
            session.addPublicKeyIdentity(new KeyPair(gateway.key().getPublic(), mine.getPrivate()));
            assertThatThrownBy(() -> session.auth().verify(20_000)).isInstanceOf(SshException.class);
        }
        gateway.audit().await(AuditEvent.ConnectionClosed.class);
        assertThat(gateway.audit().events(AuditEvent.AuthAccepted.class)).isEmpty();
    }

    /// Nothing is asked of the engine, so nothing can differ.
    @Test
    void whoHasNoKeyLearnsNothingOfSheds() throws Exception {
        runtime.failing(Failure.engineUnavailable("not asked", "look at it"));
        assertThat(refusal("demo")).isEqualTo(refusal("unknown"));
    }

    private String refusal(String name) throws Exception {
        try (var session = gateway.connect(name)) {
            session.addPublicKeyIdentity(KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256));
            return String.valueOf(
                    catchThrowable(() -> session.auth().verify(20_000)).getMessage());
        }
    }

    @Test
    void whoseKeyIsTakenAwayIsToldAndPutOut() throws Exception {
        try (var session = gateway.login("demo")) {
            var told = new CompletableFuture<String>();
            session.addSessionListener(new SessionListener() {
                @Override
                public void sessionDisconnect(
                        Session of, int reason, String message, String language, boolean initiator) {
                    told.complete(message);
                }
            });
            gateway.authorize("role=\"viewer\"");
            assertThat(told.get(20, TimeUnit.SECONDS))
                    .isEqualTo("your key is no longer accepted as it was: the key's options have changed; your sessions"
                            + " go on");
        }
        var ended = gateway.audit().await(AuditEvent.AuthEnded.class);
        assertThat(ended.actor().identity()).isEqualTo("me@laptop");
        assertThat(ended.reason()).isEqualTo("the key's options have changed");
    }

    @Test
    void aNameWithoutEndIsRefused() throws Exception {
        var name = "x".repeat(200_000);
        try (var session = gateway.connect(name)) {
            session.addPublicKeyIdentity(gateway.key());
            assertThatThrownBy(() -> session.auth().verify(20_000)).isInstanceOf(SshException.class);
        }
        var refused = gateway.audit().await(AuditEvent.AuthRefused.class);
        assertThat(refused.login()).isEqualTo("x".repeat(1000));
        assertThat(refused.reason()).isEqualTo("the login name is longer than 1000 characters");
    }

    @Test
    void aKeyThatIsCutOffIsRefusedForThat() throws Exception {
        try (var session = gateway.connect("shed")) {
            session.waitFor(EnumSet.of(ClientSession.ClientSessionEvent.WAIT_AUTH), Duration.ofSeconds(20));
            var request = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_REQUEST);
            request.putString("shed");
            request.putString("ssh-connection");
            request.putString("publickey");
            request.putBoolean(true);
            request.putString("ssh-ed25519");
            request.putUInt(0x8000_0000L);
            session.writePacket(request).verify(Duration.ofSeconds(20));
        }
        var refused = gateway.audit().await(AuditEvent.AuthRefused.class);
        assertThat(refused.reason()).isEqualTo("the key is cut off");
    }

    @Test
    void whileTheAuditLogCannotBeWrittenNothingNewIsDoneIfThatIsWanted() throws IOException {
        gateway.audit().fill(ShedException.stateUnusable(Path.of("/s/audit.log"), new IOException("No space left")));
        var result = gateway.exec("demo", "id");
        assertThat(result.status()).isEqualTo(74);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("/s/audit.log: No space left");
        gateway.audit().fill(null);
        assertThat(gateway.exec("demo", "id").status()).isZero();
    }

    private void restart(String keyOptions) throws IOException {
        gateway.close();
        gateway = WireGateway.start(runtime, keyOptions, UnaryOperator.identity());
    }
}
