package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Grant;
import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.access.VerbWords;
import dev.shed.gateway.command.Entry.Scope;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.CommandStyle;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.ShedName;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

/// Who may call which verb.
class VerbPermissionsTest {
    /// In the lobby they may be called without a shed; then they tell of those only that the caller may see.
    private static final Set<String> ABOUT_ALL_SHEDS_AS_WELL = Set.of("sessions", "events", "inbox");

    @TempDir
    Path directory;

    private final FakeRuntime runtime = new FakeRuntime().with("demo").with("other");
    private Caller caller;

    @BeforeEach
    void call() {
        caller = new Caller(runtime, directory);
        runtime.tmux("demo").with("debug", Caller.NOW, 0, 1);
    }

    @Test
    void everyVerbHasARule() {
        assertThat(caller.table().entries())
                .allSatisfy(entry -> assertThat(entry.rule()).isPresent());
    }

    @Test
    void everyVerbIsAWordOfVerbsWithTheSameRule() {
        assertThat(caller.table().entries())
                .allSatisfy(entry -> assertThat(VerbWords.action(entry.verb())).isEqualTo(entry.rule()));
    }

    /// The verbs about agents' questions, for each role.
    @ParameterizedTest
    @CsvSource({
        "VIEWER, inbox, true",
        "VIEWER, approve, false",
        "RESPONDER, inbox, true",
        "RESPONDER, approve, true",
        "RESPONDER, deny, true",
        "RESPONDER, answer, true",
        "RESPONDER, send, false",
        "USER, answer, true"
    })
    void aResponderMayAnswerAndNotType(Role role, String verb, boolean allowed) {
        var table = new CommandTable(
                new AccessPolicy(),
                List.of(new Entry(
                        verb, Scope.ANYWHERE, VerbWords.action(verb), () -> new Forgotten(ExitStatus.SUCCESS))));
        var outcome = caller.as(role).calling(table).lobby(verb);
        assertThat(outcome.status()).isEqualTo(allowed ? 0 : 77);
    }

    @Test
    void aVerbThatTheKeysLineDoesNotListIsRefusedWhateverTheShed() {
        caller.limitedTo("peek");
        assertThat(caller.at("demo", "sessions").err())
                .startsWith("shed: your key may not use 'sessions'; verbs= has peek\n")
                .isEqualTo(caller.at("ghost", "sessions").err());
        assertThat(caller.at("demo", "peek debug").status()).isZero();
        assertThat(caller.lobby("whoami").status()).isZero();
    }

    @Test
    void everyVerbAboutAShedTellsThePolicyWhichOne() {
        assertThat(caller.table().entries())
                .filteredOn(entry -> entry.scope() == Scope.SHED && !ABOUT_ALL_SHEDS_AS_WELL.contains(entry.verb()))
                .allSatisfy(entry -> assertThat(entry.command().get()).isInstanceOf(ShedVerb.class));
    }

    @ParameterizedTest
    @CsvSource({
        "VIEWER, sessions demo, 0",
        "VIEWER, list, 0",
        "VIEWER, whoami, 0",
        "VIEWER, version, 0",
        "VIEWER, help, 0",
        "VIEWER, kill demo debug, 77",
        "VIEWER, console demo, 77",
        "VIEWER, start demo, 77",
        "VIEWER, stop demo, 77",
        "VIEWER, create new, 77",
        "VIEWER, delete demo --force, 77",
        "USER, kill demo debug, 0",
        "USER, console demo, 7",
        "USER, stop demo, 0",
        "USER, create new, 77",
        "USER, delete demo --force, 77",
        "USER, status, 77",
        "ADMIN, status, 0",
        "ADMIN, create new, 0",
        "ADMIN, delete demo --force, 0"
    })
    void aRoleMayDoWhatItMay(Role role, String line, int status) {
        assertThat(caller.as(role).lobby(line).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kill SHED debug",
                "console SHED",
                "sessions SHED",
                "start SHED",
                "stop SHED",
                "delete SHED --force"
            })
    void aShedOfOthersLooksLikeNone(String line) {
        caller.as(Role.ADMIN, "demo");
        var others = caller.lobby(line.replace("SHED", "other"));
        var none = caller.lobby(line.replace("SHED", "ghost"));
        assertThat(others.status()).isEqualTo(66).isEqualTo(none.status());
        assertThat(others.err().replace("other", "ghost")).isEqualTo(none.err());
    }

    @Test
    void aNameOutsideTheKeysPatternsCannotBeCreated() {
        caller.as(Role.ADMIN, "team-*");
        assertThat(caller.lobby("create demo").status()).isEqualTo(77);
        assertThat(caller.lobby("create new").status()).isEqualTo(77);
        assertThat(caller.lobby("create team-1").status()).isZero();
    }

    @Command(name = "forgotten")
    private static final class Forgotten extends Verb {
        private final Optional<ExitStatus> status;

        Forgotten() {
            this.status = Optional.empty();
        }

        Forgotten(ExitStatus status) {
            this.status = Optional.of(status);
        }

        @Override
        Optional<ShedName> shed() {
            return Optional.empty();
        }

        @Override
        ExitStatus run(CommandContext context) {
            return status.orElseThrow(() -> new AssertionError("ran without a rule"));
        }
    }

    @Test
    void aVerbWithoutARuleIsClosedToEverybody() {
        var table = new CommandTable(
                new AccessPolicy(), List.of(new Entry("forgotten", Scope.ANYWHERE, Optional.empty(), Forgotten::new)));
        var context = new CommandContext(
                new Identity("root", "SHA256:abc", Grant.ALL),
                new LoginName.Lobby(),
                new FakeChannel(
                        runtime,
                        false,
                        Optional.empty(),
                        "",
                        OutputStream.nullOutputStream(),
                        OutputStream.nullOutputStream(),
                        CommandStyle.PLAIN));
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> table.run(context, "forgotten"))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("FORBIDDEN"));
    }
}
