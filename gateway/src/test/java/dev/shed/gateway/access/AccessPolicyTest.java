package dev.shed.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.access.AccessDecision.Allowed;
import dev.shed.gateway.access.AccessDecision.Forbidden;
import dev.shed.gateway.access.AccessDecision.NotFound;
import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AccessPolicyTest {
    private static final ShedName WEB = ShedName.parse("web-1");

    private final AccessPolicy policy = new AccessPolicy();

    @ParameterizedTest
    @CsvSource({
        "VIEWER,SEE,true",
        "VIEWER,WATCH,true",
        "VIEWER,ATTACH,false",
        "VIEWER,RUN,false",
        "VIEWER,KILL_SESSION,false",
        "VIEWER,START,false",
        "VIEWER,STOP,false",
        "VIEWER,CREATE,false",
        "VIEWER,DELETE,false",
        "VIEWER,ANSWER,false",
        "RESPONDER,SEE,true",
        "RESPONDER,WATCH,true",
        "RESPONDER,ANSWER,true",
        "RESPONDER,ATTACH,false",
        "RESPONDER,TYPE,false",
        "RESPONDER,RUN,false",
        "RESPONDER,FORWARD,false",
        "RESPONDER,KILL_SESSION,false",
        "RESPONDER,START,false",
        "RESPONDER,CREATE,false",
        "USER,ANSWER,true",
        "USER,SEE,true",
        "USER,WATCH,true",
        "USER,ATTACH,true",
        "USER,RUN,true",
        "USER,KILL_SESSION,true",
        "USER,START,true",
        "USER,STOP,true",
        "USER,CREATE,false",
        "USER,DELETE,false",
        "ADMIN,SEE,true",
        "ADMIN,WATCH,true",
        "ADMIN,ATTACH,true",
        "ADMIN,RUN,true",
        "ADMIN,KILL_SESSION,true",
        "ADMIN,START,true",
        "ADMIN,STOP,true",
        "ADMIN,CREATE,true",
        "ADMIN,DELETE,true",
    })
    void theRoleDecidesWhatMayBeDone(Role role, Action action, boolean allowed) {
        var identity = identity(role);

        assertThat(policy.allows(identity, action)).isEqualTo(allowed);
        assertThat(policy.decide(identity, action, WEB)).isEqualTo(allowed ? new Allowed() : new Forbidden());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"web-*|true", "web-1|true", "web-2|false", "db,web-?|true", "*|true", "web|false", "db|false"})
    void theGlobsDecideWhichShedsMayBeSeen(String globs, boolean seen) {
        var identity = identity(Role.ADMIN, globs.split(","));

        assertThat(policy.maySee(identity, WEB)).isEqualTo(seen);
        assertThat(policy.decide(identity, Action.DELETE, WEB)).isEqualTo(seen ? new Allowed() : new NotFound());
    }

    @ParameterizedTest
    @EnumSource(Action.class)
    void anUnseenShedLooksUnknownToEveryRole(Action action) {
        var expected = action == Action.CREATE ? new Forbidden() : new NotFound();

        for (var role : Role.values()) {
            assertThat(policy.decide(identity(role, "db"), action, WEB)).isEqualTo(expected);
        }
    }

    @Test
    void requireThrowsWhatTheUserIsTold() {
        assertThatCode(() -> policy.require(identity(Role.ADMIN), Action.DELETE, WEB))
                .doesNotThrowAnyException();
        assertThat(failureOf(identity(Role.USER), Action.DELETE)).isEqualTo(Failure.forbidden("delete shed 'web-1'"));
        assertThat(failureOf(identity(Role.USER, "db"), Action.DELETE)).isEqualTo(Failure.shedNotFound("web-1"));
        assertThat(failureOf(identity(Role.ADMIN, "db"), Action.CREATE))
                .isEqualTo(Failure.forbidden("create shed 'web-1'"));
    }

    @ParameterizedTest
    @CsvSource({
        "peek, true",
        "attach, true",
        "exec, false",
        "sessions, false",
        "whoami, true",
        "help, true",
        "version, true",
    })
    void verbsLimitsAKeyToItsWordsBesideItsRole(String word, boolean allowed) {
        var identity = new Identity(
                "ada",
                TestKeys.ED25519_FINGERPRINT,
                new Grant(
                        Role.ADMIN,
                        List.of("web-*"),
                        List.of("peek", "attach"),
                        true,
                        true,
                        true,
                        List.of(),
                        Optional.empty()));
        if (allowed) {
            assertThatCode(() -> policy.requireVerb(identity, word)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> policy.requireVerb(identity, word))
                    .hasMessage("FORBIDDEN: your key may not use '" + word + "'; verbs= has peek, attach");
        }
    }

    private Failure failureOf(Identity identity, Action action) {
        try {
            policy.require(identity, action, WEB);
            throw new AssertionError("allowed");
        } catch (ShedException e) {
            return e.failure();
        }
    }

    private static Identity identity(Role role, String... sheds) {
        return new Identity(
                "ada",
                TestKeys.ED25519_FINGERPRINT,
                new Grant(role, List.of(sheds), true, true, true, List.of(), Optional.empty()));
    }
}
