package dev.shed.gateway.access;

import static dev.shed.gateway.access.TestKeys.ED25519;
import static dev.shed.gateway.access.TestKeys.ED25519_FINGERPRINT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.access.key.RefusedLineException;
import java.net.InetAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizedKeyTest {
    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
    private static final InetAddress HOME = InetAddress.ofLiteral("192.0.2.1");
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                TestKeys.ED25519,
                TestKeys.ECDSA_256,
                TestKeys.ECDSA_384,
                TestKeys.ECDSA_521,
                TestKeys.RSA_2048,
                TestKeys.SK_ED25519,
                TestKeys.SK_ECDSA
            })
    void everyAcceptedTypeOfKeyIsRead(String key) throws RefusedLineException {
        var read = parse(key + " ada@example.org");

        assertThat(read.comment()).isEqualTo("ada@example.org");
        assertThat(read.key().is(TestKeys.blob(key))).isTrue();
        assertThat(read.options()).isEqualTo(KeyOptions.NONE);
    }

    @Test
    void theFingerprintIsOpenSshs() throws RefusedLineException {
        assertThat(parse(ED25519).key().fingerprint()).isEqualTo(ED25519_FINGERPRINT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\r", "\t", "#", "  # ssh-ed25519 AAAA", "# \"unclosed"})
    void blankLinesAndCommentsAreNoKeys(String line) throws RefusedLineException {
        assertThat(AuthorizedKey.parse(1, line, ZONE)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "KEY|''",
                "KEY ada|ada",
                "KEY \t ada b  c \r|ada b  c",
                " \tno-pty \t KEY ada|ada",
                "KEY # not a comment|# not a comment",
                "KEY no-pty \"x|no-pty \"x",
            })
    void theCommentIsTheRestOfTheLine(String line, String comment) throws RefusedLineException {
        assertThat(parse(line.replace("KEY", ED25519)).comment()).isEqualTo(comment);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pty|true|true|true",
                "no-pty|false|true|true",
                "No-PTY|false|true|true",
                "no-port-forwarding|true|false|true",
                "no-agent-forwarding|true|true|false",
                "no-pty,no-agent-forwarding|false|true|false",
                "restrict|false|false|false",
                "RESTRICT,pty|true|false|false",
                "restrict,port-forwarding,agent-forwarding|false|true|true",
                // sshd applies options in their order, and so do we.
                "pty,restrict|false|false|false",
                "no-pty,pty|true|true|true",
                "restrict,X11-forwarding,user-rc|false|false|false",
                "no-X11-forwarding,no-user-rc,no-touch-required|true|true|true",
                "environment=\"A=b c\"|true|true|true",
            })
    void permissionsFollowTheOptions(String options, boolean pty, boolean portForwarding, boolean agentForwarding)
            throws RefusedLineException {
        var grant = grant(options);

        assertThat(List.of(grant.pty(), grant.portForwarding(), grant.agentForwarding()))
                .containsExactly(pty, portForwarding, agentForwarding);
    }

    /// As sshd 9.2 does: match_pattern(3) on the address that is asked for, a port alone for any address.
    @ParameterizedTest
    @CsvSource({
        "8080, '', 8080, true",
        "8080, localhost, 8080, true",
        "8080, localhost, 8081, false",
        "localhost:8080, localhost, 8080, true",
        "localhost:8080, LocalHost, 8080, true",
        "localhost:8080, 127.0.0.1, 8080, false",
        "localhost:8080, '', 8080, false",
        "localhost:*, localhost, 0, true",
        "localhost:8080, localhost, 0, false",
        "*:8080, '', 8080, true",
        "10.0.0.?:*, 10.0.0.7, 22, true",
        "[::1]:22000, ::1, 22000, true",
        "[::1]:22000, ::2, 22000, false",
    })
    void permitListenLimitsWhereToListen(String value, String host, int port, boolean permitted) throws Exception {
        var grant = grant("permitlisten=\"" + value + "\"");
        assertThat(grant.permitsListen(host, port)).isEqualTo(permitted);
        assertThat(grant.permitsOpen("localhost", 1)).isTrue();
        assertThat(grant("permitlisten=\"1\",permitlisten=\"" + value + "\"").permitsListen(host, port))
                .isEqualTo(permitted);
        assertThat(grant("").permitsListen(host, port)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "pty, true, false",
        "no-touch-required, false, false",
        "verify-required, true, true",
        "'verify-required,no-verify-required', true, false",
        "'no-touch-required,touch-required', true, false",
        "'no-touch-required,VERIFY-required', false, true",
    })
    void whatIsAskedOfTokensIsRead(String options, boolean touch, boolean verify) throws Exception {
        assertThat(parse(options + " " + ED25519).options().token()).isEqualTo(new TokenRules(touch, verify));
    }

    @Test
    void valuesReachTheGrant() throws RefusedLineException {
        var grant = grant("role=\"viewer\",sheds=\"web-*,db?,api\",permitopen=\"localhost:80\",PermitOpen=\"[::1]:*\","
                + "command=\"echo \\\"a, b\\\" 'c\\d' # e\"");

        assertThat(grant)
                .isEqualTo(new Grant(
                        Role.VIEWER,
                        List.of("web-*", "db?", "api"),
                        true,
                        true,
                        true,
                        List.of("localhost:80", "[::1]:*"),
                        Optional.of("echo \"a, b\" 'c\\d' # e")));
        assertThat(grant("role=\"user\"").role()).isEqualTo(Role.USER);
        assertThat(grant("role=\"responder\"").role()).isEqualTo(Role.RESPONDER);
        assertThat(grant("verbs=\"peek,attach,approve\"").verbs()).containsExactly("peek", "attach", "approve");
        assertThat(grant("role=\"admin\"").role()).isEqualTo(Role.ADMIN);
        assertThat(grant("command=\"\"").command()).contains("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "20260131|false",
                "20260201|true",
                "202601311259|false",
                "202601311301|true",
                "20260131130000|false",
                "20260131130001|true",
                "20260131Z|false",
                "202601311200Z|false",
                "202601311201z|true",
            })
    void aKeyExpiresAtItsTimeInTheZoneOfTheClockUnlessItSaysUtc(String time, boolean accepted)
            throws RefusedLineException {
        var decision = parse("expiry-time=\"" + time + "\" " + ED25519).decide(HOME, NOW);

        assertThat(decision instanceof AuthDecision.Accepted).isEqualTo(accepted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "expiry-time=\"20260101\",expiry-time=\"20300101\"",
                "expiry-time=\"20300101\",expiry-time=\"20260101\""
            })
    void theEarliestOfSeveralExpiryTimesCounts(String options) throws RefusedLineException {
        assertThat(parse(options + " " + ED25519).decide(HOME, NOW))
                .isEqualTo(new AuthDecision.Refused("line 7: the key expired at 2025-12-31T23:00:00Z"));
    }

    @Test
    void fromDecidesByAddress() throws RefusedLineException {
        var key = parse("from=\"192.0.2.0/24,!192.0.2.9\" " + ED25519 + " ada");

        assertThat(key.decide(HOME, NOW))
                .isEqualTo(new AuthDecision.Accepted(
                        new Identity(
                                "ada",
                                ED25519_FINGERPRINT,
                                Grant.ALL,
                                new Identity.Validity(Optional.of("192.0.2.0/24,!192.0.2.9"), Optional.empty())),
                        "line 7"));
        assertThat(key.decide(InetAddress.ofLiteral("192.0.2.9"), NOW))
                .isEqualTo(new AuthDecision.Refused("line 7: the key is not good from this address"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pseudo-terminal KEY|unknown option 'pseudo-terminal'",
                "no-restrict KEY|unknown option 'no-restrict'",
                "pty, KEY|unknown option ''",
                ",pty KEY|unknown option ''",
                "pty no-pty KEY|no key of a type",
                "pty=\"x\" KEY|unknown option 'pty'",
                "command KEY|unknown option 'command'",
                "command=ls KEY|not in quotes",
                "command=\"ls KEY|a quote is not closed",
                "command=\"ls\\\" KEY|a quote is not closed",
                "command=\"ls\"x KEY|between 'command' and the next comma",
                "command=\"a\",command=\"b\" KEY|several command= options",
                "from=\"*\",from=\"*\" KEY|several from= options",
                "role=\"user\",ROLE=\"admin\" KEY|several role= options",
                "sheds=\"a\",sheds=\"b\" KEY|several sheds= options",
                "role=\"root\" KEY|role= is not",
                "role=\"Admin\" KEY|role= is not",
                "verbs=\"peek\",verbs=\"exec\" KEY|several verbs= options",
                "verbs=\"\" KEY|verbs= has '', which is neither a verb",
                "verbs=\"peek,look\" KEY|verbs= has 'look', which is neither a verb nor a kind of request",
                "verbs=\"peek, send\" KEY|verbs= has ' send'",
                "verbs=\"Peek\" KEY|verbs= has 'Peek'",
                "verbs=\"*\" KEY|verbs= has '*'",
                "verbs KEY|unknown option 'verbs'",
                "sheds=\"\" KEY|sheds= is not",
                "sheds=\"a,\" KEY|sheds= is not",
                "sheds=\"a, b\" KEY|sheds= is not",
                "sheds=\"!a\" KEY|sheds= is not",
                "sheds=\"Web\" KEY|sheds= is not",
                "from=\"10.0.0.1/8\" KEY|from= has a network",
                "from=\"\" KEY|from= has an empty pattern",
                "expiry-time=\"tomorrow\" KEY|expiry-time= is not",
                "expiry-time=\"2026013112\" KEY|expiry-time= is not",
                "expiry-time=\"20260230\" KEY|expiry-time= is not a valid date",
                "expiry-time=\"202601312460\" KEY|expiry-time= is not a valid date",
                "permitopen=\"localhost\" KEY|permitopen= is not",
                "permitopen=\"localhost:0\" KEY|permitopen= is not",
                "permitopen=\"localhost:65536\" KEY|permitopen= is not",
                "permitopen=\"::1:80\" KEY|permitopen= is not",
                "permitopen=\":80\" KEY|permitopen= is not",
                "permitopen=\"a b:80\" KEY|permitopen= is not",
                "environment=\"A\" KEY|environment= is not",
                "environment=\"A-B=c\" KEY|environment= is not",
                "permitlisten=\"localhost\" KEY|permitlisten= is not",
                "permitlisten=\"0\" KEY|permitlisten= is not",
                "permitlisten=\"localhost:65536\" KEY|permitlisten= is not",
                "permitlisten=\"::1:80\" KEY|permitlisten= is not",
                "tunnel=\"1\" KEY|tunnel= is not supported",
                "principals=\"a\" KEY|principals= is allowed only with cert-authority",
                "cert-authority,principals=\"a\",principals=\"b\" KEY|several principals= options",
                "no-pty|no key of a type",
                "ssh-dss AAAA|no key of a type",
                "ssh-ed25519-cert-v01@openssh.com AAAA|no key of a type",
                "SSH-ED25519 AAAA|no key of a type",
                "ssh-ed25519|no key after its type",
                "ssh-ed25519 #|not base64",
                "ssh-ed25519 AAAA|it is cut off",
                "ssh-ed25519 f////w==|it is cut off",
                "ssh-ed25519 /////w==|it is cut off",
                "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIGN97l1pg/0Tqt4T42XDN5VnXN4QW2Ygh2uNwJYYzMoj|not of the type",
            })
    void aLineWithAnErrorIsRefusedForItsReason(String line, String reason) {
        assertThatThrownBy(() -> parse(line.replace("KEY", ED25519)))
                .isInstanceOf(RefusedLineException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void weakAndMisshapenKeysAreRefused() throws RefusedLineException {
        assertThat(parse(TestKeys.RSA_2048).key().weakness(2048)).isEmpty();
        assertThat(parse(TestKeys.RSA_2048).key().weakness(3072).orElseThrow())
                .startsWith("RSA key of 2048 bits, 3072 are asked for (access.min-rsa-bits)");
        assertThat(parse(TestKeys.RSA_1024).key().weakness(2048)).isPresent();
        assertThat(parse(ED25519).key().weakness(3072)).isEmpty();
        // The base64 of one key and of three zero bytes after it; a curve that is not that of the type.
        assertThatThrownBy(() -> parse(ED25519 + "AAAA")).hasMessage("there is something after the key's end");
        assertThatThrownBy(() -> parse(TestKeys.ECDSA_256.replace("bmlzdHAyNTYAAAB", "bmlzdHAzODQAAAB")))
                .isInstanceOf(RefusedLineException.class);
    }

    @Test
    void aReasonHoldsNoControlCharactersOfTheFile() {
        assertThatThrownBy(() -> parse("\u001b[2J" + "x".repeat(1000) + " " + ED25519))
                .hasMessage("unknown option '\\x1b[2j" + "x".repeat(36) + "…'");
    }

    private static Grant grant(String options) throws RefusedLineException {
        return parse(options + " " + ED25519).options().grant();
    }

    private static AuthorizedKey parse(String line) throws RefusedLineException {
        return AuthorizedKey.parse(7, line, ZONE).orElseThrow();
    }
}
