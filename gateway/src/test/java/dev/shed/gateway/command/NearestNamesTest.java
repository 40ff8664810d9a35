package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.FakeRuntime;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is advised when a name is misspelt.
class NearestNamesTest {
    private static final String MEANT = "did you mean: ";

    @TempDir
    Path directory;

    private int listings;
    private final FakeRuntime runtime = new FakeRuntime() {
        @Override
        public synchronized List<Container> list() {
            listings++;
            return super.list();
        }
    };
    private Caller caller;

    @BeforeEach
    void call() {
        caller = new Caller(runtime, directory);
        caller.demoWithTwoSessions();
        runtime.with("storefront");
    }

    private static String meant(Caller.Outcome outcome) {
        return outcome.err()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith(MEANT))
                .map(line -> line.substring(MEANT.length()))
                .findFirst()
                .orElse("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "demoo | sessions | ssh -s demo@HOST sessions",
                "dmeo | sessions --wide | ssh -s demo@HOST \"sessions --wide\"",
                "demoo+debug | peek | ssh -s demo+debug@HOST peek",
                "shed | sessions demoo | ssh shed@HOST sessions demo",
                "shed | peek demoo debug --lines 3 | ssh shed@HOST peek demo debug --lines 3",
                "storefrnot | info | ssh -s storefront@HOST info",
                "demoo | wait debug --match 'a;b' | ssh -s demo@HOST info",
                "demoo | kill debug | ssh -s demo@HOST info",
                "demoo | delete --force | ssh -s demo@HOST info",
                "shed | stop demoo | ssh -s demo@HOST info",
                "demoo | send debug make | ssh -s demo@HOST info",
                "demoo+debug | send make | ssh -s demo@HOST info",
                "demoo | start | ssh -s demo@HOST start",
                "shed | run demoo work -- rm -r build | ssh -s demo@HOST info",
                "shed | peek demoo | ssh shed@HOST peek demo",
                "demoo | kill | ssh -s demo@HOST info",
                "other | sessions | ''",
                "deem | sessions | ''",
                "demo | kill debgu | ssh demo+debug@HOST",
                "demo+debgu | peek | ssh demo+debug@HOST",
                "shed | rename demo debg debug2 | ssh demo+debug@HOST",
                "demo | peek nothing | ''"
            })
    void theNearestNameIsAdvised(String address, String line, String meant) {
        assertThat(meant(caller.at(address, line))).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shed | stauts | ssh shed@HOST status",
                "shed | lst | ssh shed@HOST list",
                "shed | sesions demo --wide | ssh shed@HOST sessions demo --wide",
                "demo | sesions | ssh -s demo@HOST sessions",
                "demo+debug | pek | ssh -s demo+debug@HOST peek",
                "shed | KILL demo debug | ssh shed@HOST help kill",
                "shed | kil demo debug | ssh shed@HOST help kill",
                "shed | craete it | ssh shed@HOST help create",
                "demo | lsit | ssh shed@HOST help list",
                "shed | sedn demo debug 'a secret' | ssh shed@HOST help send",
                "shed | help kil | ssh shed@HOST help kill",
                "shed | demo | ssh demo@HOST",
                "shed | demo+debug | ssh demo+debug@HOST",
                "shed | demoo ls | ssh demo@HOST",
                "shed | attach demo+debug | ssh demo+debug@HOST",
                "shed | other | ''",
                "shed | ../demo | ''",
                "shed | nosuch | ''"
            })
    void theNearestVerbIsAdvised(String address, String line, String meant) {
        assertThat(meant(caller.at(address, line))).isEqualTo(meant);
    }

    @Test
    void theClientIsAdvisedOfItsOwnCommands() {
        caller.withClient("gw/");
        assertThat(meant(caller.at("demoo", "sessions"))).isEqualTo("shed sessions gw/demo");
        assertThat(meant(caller.at("demo", "peek debgu"))).isEqualTo("shed attach gw/demo+debug");
    }

    @Test
    void anAddressThatIsKnownReplacesHost() {
        caller.reaching("gw.example.org:2222");
        assertThat(meant(caller.at("demoo", "sessions"))).isEqualTo("ssh -p 2222 -s demo@gw.example.org sessions");
        assertThat(caller.lobby("create fresh").out()).endsWith("\nssh -p 2222 fresh@gw.example.org\n");
        assertThat(caller.lobby("help").out())
                .contains("ssh -p 2222 SHED@gw.example.org ", "ssh -p 2222 shed@gw.example.org help VERB shows")
                .doesNotContain("HOST");
        assertThat(caller.lobby("run --help").out()).doesNotContain("HOST");
    }

    @Test
    void jsonHasTheAdviceAsWell() {
        assertThat(caller.at("demoo", "sessions --json").out())
                .contains("did you mean: ssh -s demo@HOST \\\"sessions --json\\\"");
    }

    /// `demos` exists, and this key must not learn that.
    @Test
    void onlyShedsThatTheKeySeesAreNamed() {
        runtime.with("demos");
        caller.as(Role.ADMIN, "storefront", "app*");
        assertThat(meant(caller.at("demo", "info"))).isEmpty();
        assertThat(meant(caller.at("demox", "info"))).isEmpty();
        assertThat(meant(caller.at("storefron", "info"))).isEqualTo("ssh -s storefront@HOST info");
    }

    @Test
    void anInvisibleShedIsAnsweredLikeAMissingOneWithTheSameWork() {
        runtime.with("demos");
        caller.as(Role.ADMIN, "demo");
        var invisible = caller.at("demos", "info");
        int forInvisible = listings;
        var missing = caller.at("demox", "info");
        assertThat(invisible.err()).isEqualTo(missing.err().replace("demox", "demos"));
        assertThat(meant(missing)).isEqualTo("ssh -s demo@HOST info");
        assertThat(listings - forInvisible).isEqualTo(forInvisible);
    }

    @Test
    void aShedInPlaceOfAVerbIsNamedOnlyIfTheKeySeesIt() {
        caller.as(Role.ADMIN, "storefront");
        assertThat(meant(caller.lobby("demo"))).isEmpty();
        assertThat(meant(caller.lobby("storefront"))).isEqualTo("ssh storefront@HOST");
    }

    @Test
    void whatTheKeyMayNotDoIsNotAdvised() {
        caller.limitedTo("kill");
        assertThat(meant(caller.at("demoo", "kill debug"))).isEmpty();
    }

    @Test
    void aCallThatSucceedsListsNothing() {
        assertThat(caller.at("demo", "info").status()).isZero();
        assertThat(listings).isZero();
    }
}
