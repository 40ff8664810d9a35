package dev.shed.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.access.key.RefusedLineException;
import java.time.ZoneOffset;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What holds for any line of authorized_keys.
class AuthorizedKeyPropertiesTest {
    @Property
    void anyTextIsReadOrRefused(@ForAll String line) {
        readOrRefused(line);
    }

    @Property
    void anyMixOfTheGrammarsPiecesIsReadOrRefused(@ForAll("pieces") String line) {
        readOrRefused(line);
    }

    @Property
    void aQuotedValueComesBackAsItWas(@ForAll("commands") String command) throws RefusedLineException {
        var line = "no-pty,command=\"" + command.replace("\"", "\\\"") + "\",role=\"user\" " + TestKeys.ED25519;

        var key = AuthorizedKey.parse(1, line, ZoneOffset.UTC).orElseThrow();

        assertThat(key.options().grant().command()).contains(command);
        assertThat(key.options().grant().role()).isEqualTo(Grant.Role.USER);
    }

    @Provide
    Arbitrary<String> pieces() {
        return Arbitraries.of(
                        TestKeys.ED25519,
                        TestKeys.RSA_1024,
                        "ssh-ed25519",
                        "AAAAC3NzaC1lZDI1NTE5AAAAIA==",
                        "restrict",
                        "no-",
                        "pty",
                        "command=",
                        "from=",
                        "expiry-time=",
                        "permitopen=",
                        "sheds=",
                        "role=",
                        "environment=",
                        "10.0.0.0/8",
                        "::/0",
                        "!",
                        "*",
                        "20260101",
                        "Z",
                        ":80",
                        "admin",
                        ",",
                        "=",
                        "\"",
                        "\\",
                        " ",
                        "\t",
                        "\0",
                        "é")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }

    /// All texts but those that the format cannot hold: it knows no way to write a line break, nor a backslash
    /// before the closing quote.
    @Provide
    Arbitrary<String> commands() {
        return Arbitraries.oneOf(
                        Arbitraries.strings(),
                        Arbitraries.strings().withChars("\"\\ ,=a").ofMaxLength(12))
                .filter(text -> !text.endsWith("\\"));
    }

    private static void readOrRefused(String line) {
        try {
            AuthorizedKey.parse(1, line, ZoneOffset.UTC)
                    .ifPresent(key -> assertThat(key.key().fingerprint()).startsWith("SHA256:"));
        } catch (RefusedLineException e) {
            assertThat(e.reason()).isNotEmpty().doesNotContainPattern("\\p{Cntrl}");
        }
    }
}
