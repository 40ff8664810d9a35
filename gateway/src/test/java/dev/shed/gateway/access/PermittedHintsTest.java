package dev.shed.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.name.LoginName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PermittedHintsTest {
    private static final String LIST = "ssh shed@HOST list";

    private static Identity identity(Role role, List<String> sheds, List<String> verbs) {
        return new Identity(
                "ada", "SHA256:abc", new Grant(role, sheds, verbs, true, true, true, List.of(), Optional.empty()));
    }

    private static Identity identity(Role role) {
        return identity(role, List.of(), List.of());
    }

    private static String hint(Identity identity, Failure failure) {
        return PermittedHints.of(identity, failure).hint();
    }

    @Test
    void onlyWhoMayCreateAShedIsAdvisedTo() {
        var missing = Failure.shedNotFound("demo");

        assertThat(PermittedHints.of(identity(Role.ADMIN), missing)).isEqualTo(missing);
        for (var role : List.of(Role.VIEWER, Role.RESPONDER, Role.USER)) {
            assertThat(hint(identity(role), missing)).isEqualTo(LIST);
        }
        assertThat(hint(identity(Role.ADMIN, List.of("web-*"), List.of()), missing))
                .isEqualTo(LIST);
        assertThat(hint(identity(Role.ADMIN, List.of("de*"), List.of()), missing))
                .isEqualTo(missing.hint());
        assertThat(hint(identity(Role.ADMIN, List.of(), List.of("list")), missing))
                .isEqualTo(LIST);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ssh demo@HOST|attach",
                "to start it: ssh demo+debug@HOST|attach",
                "without a session: ssh demo@HOST COMMAND|exec",
                "ssh -t demo@HOST \"tmux -L other attach -t x\"|exec",
                "ssh -s demo+debug@HOST \"run -- COMMAND\"|run",
                "ssh -s demo@HOST start|start",
                "ssh shed@HOST create NAME --image IMAGE|create",
            })
    void aLineIsLeftOutIfTheRoleOrTheVerbsOfTheKeyDoNotPermitIt(String line, String word) {
        var failure = Failure.shedNotReady("demo", "it is restarting", LIST + "\n" + line);

        assertThat(hint(identity(Role.VIEWER), failure)).isEqualTo(LIST);
        assertThat(hint(identity(Role.ADMIN, List.of(), List.of("list")), failure))
                .isEqualTo(LIST);
        assertThat(hint(identity(Role.ADMIN, List.of(), List.of("list", word)), failure))
                .isEqualTo(failure.hint());
    }

    @Test
    void ifNothingIsLeftSomebodyElseMustBeAsked() {
        assertThat(hint(identity(Role.VIEWER), Failure.shedStopped("demo")))
                .isEqualTo("ask somebody whose key may do this: ssh -s demo@HOST start");
        assertThat(hint(identity(Role.USER), Failure.shedStopped("demo"))).isEqualTo("ssh -s demo@HOST start");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void adviceWithoutCommandsStays(Role role) {
        var failure = Failure.limitReached("too many processes");

        assertThat(PermittedHints.of(identity(role), failure)).isEqualTo(failure);
    }

    @Test
    void aSynopsisStays() {
        var failure = Failure.usage("no verb given", "ssh shed@HOST create NAME");

        assertThat(PermittedHints.of(identity(Role.VIEWER), failure)).isEqualTo(failure);
    }

    @Test
    void whoMayNotWorkIsToldHowToLook() {
        var address = (LoginName.ToShed) LoginName.parse("demo+debug");

        assertThat(PermittedHints.instead(identity(Role.VIEWER), Action.RUN, address))
                .isEqualTo("""
                to list its sessions: ssh -s demo@HOST sessions
                to see the screen of a session: ssh -s demo+debug@HOST peek
                to attach read-only: ssh demo+debug@HOST
                """);
        assertThat(PermittedHints.instead(
                        identity(Role.RESPONDER, List.of(), List.of("peek", "inbox")), Action.SHELL, address))
                .isEqualTo("to see the screen of a session: ssh -s demo+debug@HOST peek\n");
        assertThat(PermittedHints.instead(identity(Role.VIEWER), Action.ANSWER, address))
                .isEqualTo("to see the questions: ssh -s demo@HOST inbox\n");
        assertThat(PermittedHints.instead(identity(Role.USER), Action.DELETE, address))
                .isEmpty();
    }
}
