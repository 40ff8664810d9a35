package dev.shed.gateway.fuzz;

import dev.shed.gateway.access.AuthorizedKeysFuzz;
import dev.shed.gateway.access.CertificateFuzz;
import dev.shed.gateway.access.key.RevocationListFuzz;
import dev.shed.gateway.command.VerbLineFuzz;
import dev.shed.gateway.config.ConfigurationFuzz;
import dev.shed.gateway.container.porter.carry.CarrierFuzz;
import dev.shed.gateway.name.LoginNameFuzz;
import dev.shed.gateway.shed.PortListingFuzz;
import dev.shed.gateway.startup.ProxyHeaderFuzz;
import dev.shed.gateway.tmux.TmuxAnswerFuzz;
import java.nio.file.Path;
import java.util.List;

/// What is fuzzed.
///
/// @param name of the directory with its corpus, and of the target for `scripts/fuzz`
/// @param type the class that `scripts/fuzz` runs
/// @param body reads one input
record FuzzTarget(String name, Class<?> type, Body body) {
    private static final Path CORPORA = Path.of("src", "test", "resources", "fuzz");

    /// Reads one input.
    interface Body {
        void run(byte[] input) throws Exception;
    }

    static List<FuzzTarget> all() {
        return List.of(
                new FuzzTarget("login-name", LoginNameFuzz.class, LoginNameFuzz::fuzzerTestOneInput),
                new FuzzTarget("verb-line", VerbLineFuzz.class, VerbLineFuzz::fuzzerTestOneInput),
                new FuzzTarget("authorized-keys", AuthorizedKeysFuzz.class, AuthorizedKeysFuzz::fuzzerTestOneInput),
                new FuzzTarget("tmux-answer", TmuxAnswerFuzz.class, TmuxAnswerFuzz::fuzzerTestOneInput),
                new FuzzTarget("port-listing", PortListingFuzz.class, PortListingFuzz::fuzzerTestOneInput),
                new FuzzTarget("configuration", ConfigurationFuzz.class, ConfigurationFuzz::fuzzerTestOneInput),
                new FuzzTarget("proxy-header", ProxyHeaderFuzz.class, ProxyHeaderFuzz::fuzzerTestOneInput),
                new FuzzTarget("certificate", CertificateFuzz.class, CertificateFuzz::fuzzerTestOneInput),
                new FuzzTarget("revocation-list", RevocationListFuzz.class, RevocationListFuzz::fuzzerTestOneInput),
                new FuzzTarget("carrier", CarrierFuzz.class, CarrierFuzz::fuzzerTestOneInput));
    }

    /// Where its inputs are kept, seen from the module.
    Path corpus() {
        return CORPORA.resolve(name);
    }
}
