package dev.shed.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressTest {
    private static String written(String address, String calls) {
        return FailureText.advice(calls, new CommandStyle(Optional.empty(), PublicAddress.parse(address)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gw.example.org:2222 | ssh demo@HOST | ssh -p 2222 demo@gw.example.org",
                "gw.example.org | ssh -s demo@HOST sessions | ssh -s demo@gw.example.org sessions",
                "gw.example.org:22 | ssh demo@HOST make | ssh demo@gw.example.org make",
                "127.0.0.1:2222 | ssh -t -s demo+a@HOST \"peek --lines 3\""
                        + " | ssh -p 2222 -t -s demo+a@127.0.0.1 \"peek --lines 3\"",
                "[2001:db8::1]:2222 | to use it: ssh demo@HOST | to use it: ssh -p 2222 demo@2001:db8::1",
                "[::1] | ssh demo@HOST | ssh demo@::1",
                "gw:2222 | ssh -t -o SetEnv=SHED_NEW=1 demo@HOST | ssh -p 2222 -t -o SetEnv=SHED_NEW=1 demo@gw",
                "gw:2222 | namei -l /HOST | namei -l /HOST"
            })
    void aCommandWorksWhenItIsPasted(String address, String call, String pasted) {
        assertThat(written(address, call)).isEqualTo(pasted);
    }

    @Test
    void everyLineHasTheAddress() {
        assertThat(written("gw:2222", "did you mean: ssh demo@HOST\nssh shed@HOST list\nssh shed@HOST create demo"))
                .isEqualTo("did you mean: ssh -p 2222 demo@gw\nssh -p 2222 shed@gw list\n"
                        + "ssh -p 2222 shed@gw create demo");
    }

    @Test
    void withoutAnAddressItStaysHost() {
        assertThat(FailureText.advice("ssh demo@HOST", CommandStyle.PLAIN)).isEqualTo("ssh demo@HOST");
    }

    @Test
    void theClientHasItsOwnCommands() {
        var style = new CommandStyle(Optional.of("gw/"), PublicAddress.parse("gw.example.org:2222"));
        assertThat(FailureText.advice("ssh demo@HOST", style)).isEqualTo("shed attach gw/demo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-p",
                "gw;id",
                "gw$(id)",
                "a b",
                "gw:0",
                "gw:65536",
                "gw:",
                "::1",
                "[gw]",
                "[::1",
                "gw\n",
                "u@gw"
            })
    void whatCouldBeMoreThanAnAddressIsRefused(String text) {
        assertThat(PublicAddress.parse(text)).isEmpty();
    }
}
