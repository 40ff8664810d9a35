package dev.shed.cli.sshconfig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.cli.server.Server;
import dev.shed.cli.sshconfig.HostOptions.Said;
import org.junit.jupiter.api.Test;

class HostOptionsTest {
    private static final Server GW = new Server("home", "gw", 2222);
    private static final Said NOBODY =
            Said.parse("hostname nobody.invalid\nuser me\nidentityfile ~/.ssh/id_rsa\nforwardagent no\n");

    @Test
    void anOrdinaryHostNeedsNothing() {
        var host = Said.parse("hostname gw\nuser me\nidentityfile ~/.ssh/id_rsa\nforwardagent no\n");
        assertThat(HostOptions.particular(GW, host, NOBODY))
                .isEqualTo(new HostOptions.Particular("gw", java.util.List.of()));
    }

    @Test
    void whatAnAliasStandsForGoesAlong() {
        var host = Said.parse("""
                hostname 10.0.0.1
                user bob
                port 7
                identityfile ~/.ssh/id_rsa
                identityfile ~/my keys/gw
                proxyjump bastion
                forwardagent yes
                remotecommand x
                """);
        var particular = HostOptions.particular(GW, host, NOBODY);
        assertThat(particular.name()).isEqualTo("10.0.0.1");
        assertThat(particular.lines())
                .containsExactly("ProxyJump bastion", "IdentityFile \"~/my keys/gw\"", "ForwardAgent yes");
    }

    @Test
    void aHostThatIsSparedTheJumpHostIsSparedItByAliasToo() {
        var host = Said.parse("hostname gw\n");
        var nobody = Said.parse("hostname nobody.invalid\nproxyjump bastion\n");
        assertThat(HostOptions.particular(GW, host, nobody).lines()).containsExactly("ProxyJump none");
    }
}
