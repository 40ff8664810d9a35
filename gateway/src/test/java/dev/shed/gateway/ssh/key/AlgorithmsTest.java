package dev.shed.gateway.ssh.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shed.gateway.config.GatewayConfig;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.kex.KexProposalOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlgorithmsTest {
    private static final Algorithms ALL = new Algorithms(GatewayConfig.Algorithms.ALL);
    private static final String STRICT = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com";

    private static Map<KexProposalOption, String> offered(String version) {
        var macs = NamedResource.getNames(ALL.macs());
        return offered(version, KexProposalOption.C2SMAC, KexProposalOption.S2CMAC, macs);
    }

    private static Map<KexProposalOption, String> offered(
            String clientVersion, KexProposalOption in, KexProposalOption out, String names) {
        var proposal = new EnumMap<KexProposalOption, String>(Map.of(in, names, out, names));
        ALL.offerOnlyWhatIsNeeded(clientVersion, proposal);
        return proposal;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7",
                "SSH-2.0-libssh2_1.11.0",
                "SSH-2.0-PuTTY_Release_0.78",
                "SSH-2.0-OpenSSH_8.2 dropbear",
                "SSH-2.0-libssh_0.10.6"
            })
    void whoKnowsBetterSeesEncryptThenMacOnly(String version) {
        assertThat(offered(version)).allSatisfy((_, macs) -> assertThat(macs).isEqualTo(STRICT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-dropbear_2022.83",
                "SSH-2.0-libssh2_1.10.0",
                "SSH-2.0-libssh2_1.9.0_DEV",
                "SSH-2.0-JSCH-0.1.54"
            })
    void whoKnowsNothingElseIsOfferedTheOldOneLast(String version) {
        assertThat(offered(version)).allSatisfy((_, macs) -> assertThat(macs).isEqualTo(STRICT + ",hmac-sha2-256"));
    }

    /// Its client would choose CTR with a MAC, which is slower.
    @ParameterizedTest
    @CsvSource({
        "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7, false",
        "SSH-2.0-OpenSSH_6.2, false",
        "SSH-2.0-OpenSSH_10.0p2, false",
        "SSH-2.0-OpenSSH_for_Windows_9.5, false",
        "SSH-2.0-OpenSSH_6.1, true",
        "SSH-2.0-OpenSSH_5.3p1, true",
        "SSH-2.0-PuTTY_Release_0.76, true",
        "SSH-2.0-paramiko_2.12.0, true",
        "SSH-2.0-dropbear_2022.83, true"
    })
    void openSshSeesGcmOnly(String version, boolean counterMode) {
        var gcm = "aes128-gcm@openssh.com,aes256-gcm@openssh.com";
        var all = NamedResource.getNames(ALL.ciphers());
        assertThat(offered(version, KexProposalOption.C2SENC, KexProposalOption.S2CENC, all))
                .allSatisfy((_, names) -> assertThat(names).isEqualTo(counterMode ? all : gcm));
    }

    @Test
    void openSshSeesTheCiphersThatTheConfigurationNames() {
        var named =
                new Algorithms(new GatewayConfig.Algorithms(List.of(), List.of(), List.of("aes256-ctr"), List.of()));
        var proposal = new EnumMap<KexProposalOption, String>(Map.of(KexProposalOption.C2SENC, "aes256-ctr"));
        named.offerOnlyWhatIsNeeded("SSH-2.0-OpenSSH_9.2", proposal);
        assertThat(proposal).containsEntry(KexProposalOption.C2SENC, "aes256-ctr");
    }

    /// Every name that the gateway has may be asked for, and nothing that it lacks.
    @Test
    void theConfigurationKnowsAllNames() {
        var exchanges = names(ALL.keyExchanges());
        var ciphers = names(ALL.ciphers());
        var macs = names(ALL.macs());
        var hostKeys = List.of("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256");
        var every = new Algorithms(new GatewayConfig.Algorithms(exchanges, hostKeys, ciphers, macs));
        assertThat(names(every.keyExchanges())).isEqualTo(exchanges);
        assertThat(names(every.ciphers())).isEqualTo(ciphers);
        assertThat(names(every.macs())).isEqualTo(macs);
        assertThat(expected(() -> new GatewayConfig.Algorithms(List.of("?"), List.of(), List.of(), List.of())))
                .isEqualTo(exchanges);
        assertThat(expected(() -> new GatewayConfig.Algorithms(List.of(), List.of("?"), List.of(), List.of())))
                .isEqualTo(hostKeys);
        assertThat(expected(() -> new GatewayConfig.Algorithms(List.of(), List.of(), List.of("?"), List.of())))
                .isEqualTo(ciphers);
        assertThat(expected(() -> new GatewayConfig.Algorithms(List.of(), List.of(), List.of(), List.of("?"))))
                .isEqualTo(macs);
    }

    private static List<String> names(List<? extends NamedResource> factories) {
        return NamedResource.getNameList(factories);
    }

    private static List<String> expected(Executable impossible) {
        var message = String.valueOf(
                assertThrows(IllegalArgumentException.class, impossible).getMessage());
        return List.of(message.replaceFirst(".* expected: one of ", "").split(", ", -1));
    }

    @Test
    void theConfigurationNarrowsAndTheOrderStays() {
        var few = new Algorithms(new GatewayConfig.Algorithms(
                List.of("diffie-hellman-group14-sha256", "curve25519-sha256"),
                List.of(),
                List.of("aes256-ctr", "aes256-gcm@openssh.com"),
                List.of("hmac-sha2-256", "hmac-sha2-512-etm@openssh.com")));
        assertThat(names(few.keyExchanges())).containsExactly("curve25519-sha256", "diffie-hellman-group14-sha256");
        assertThat(names(few.ciphers())).containsExactly("aes256-gcm@openssh.com", "aes256-ctr");
        assertThat(names(few.macs())).containsExactly("hmac-sha2-512-etm@openssh.com", "hmac-sha2-256");
    }

    @Test
    void whatIsForSomeClientsIsHiddenWhereverItStandsUnlessTheConfigurationNamesIt() {
        var all = "ecdh-sha2-nistp256,curve25519-sha256,ecdh-sha2-nistp384,ext-info-s";
        assertThat(shown(List.of(), all)).isEqualTo("curve25519-sha256,ext-info-s");
        assertThat(shown(List.of("curve25519-sha256", "ecdh-sha2-nistp384"), all))
                .isEqualTo("curve25519-sha256,ecdh-sha2-nistp384,ext-info-s");
    }

    private static String shown(List<String> wanted, String exchanges) {
        var proposal = new EnumMap<KexProposalOption, String>(Map.of(KexProposalOption.ALGORITHMS, exchanges));
        new Algorithms(new GatewayConfig.Algorithms(wanted, List.of(), List.of(), List.of()))
                .offerOnlyWhatIsNeeded("SSH-2.0-OpenSSH_9.2", proposal);
        return proposal.getOrDefault(KexProposalOption.ALGORITHMS, "");
    }

    @Test
    void nothingOlderIsInAnyList() {
        assertThat(NamedResource.getNames(ALL.ciphers())).doesNotContain("cbc", "chacha20", "3des");
        assertThat(NamedResource.getNames(Algorithms.signatures())).doesNotContain("ssh-dss", "ssh-rsa,");
        assertThat(NamedResource.getNames(ALL.macs())).doesNotContain("sha1", "md5");
    }
}
