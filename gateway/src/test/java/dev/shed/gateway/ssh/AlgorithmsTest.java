package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.kex.KexProposalOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlgorithmsTest {
    private static final String STRICT = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com";

    private static Map<KexProposalOption, String> offered(String clientVersion) {
        var macs = NamedResource.getNames(Algorithms.macs());
        var proposal = new EnumMap<KexProposalOption, String>(
                Map.of(KexProposalOption.C2SMAC, macs, KexProposalOption.S2CMAC, macs));
        Algorithms.offerOnlyWhatIsNeeded(clientVersion, proposal);
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

    @Test
    void nothingOlderIsInAnyList() {
        assertThat(NamedResource.getNames(Algorithms.ciphers())).doesNotContain("cbc", "chacha20", "3des");
        assertThat(NamedResource.getNames(Algorithms.signatures())).doesNotContain("ssh-dss", "ssh-rsa,");
        assertThat(NamedResource.getNames(Algorithms.macs())).doesNotContain("sha1", "md5");
    }
}
