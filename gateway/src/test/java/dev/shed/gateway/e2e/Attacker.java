package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.gateway.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.kex.BuiltinDHFactories;

/// A program that attacks a gateway. A line of its input names an [Attack], which is checked and then goes on. The
/// program says how many rounds have begun as soon as every caller has begun one, after each line `rounds`, and at the
/// end of the attack, which is at any other line.
///
/// @param slowClient one whose key exchanges cost both sides much
record Attacker(AttackedGateway target, SshClient client, SshClient slowClient) implements AutoCloseable {
    static final String ROUNDS = "rounds";

    /// Attacks until its input ends.
    ///
    /// @param arguments [AttackedGateway#arguments]
    public static void main(String[] arguments) throws Exception {
        try (var attacker = start(AttackedGateway.parse(arguments));
                var lines = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            for (var name = lines.readLine(); name != null; name = lines.readLine()) {
                attacker.attack(Attack.valueOf(name), lines);
            }
        }
    }

    private static Attacker start(AttackedGateway target) {
        var client = AttackedGateway.newClient();
        client.start();
        var slow = AttackedGateway.newClient();
        slow.setKeyExchangeFactories(NamedFactory.setUpTransformedFactories(
                false, List.of(BuiltinDHFactories.dhg16_512), ClientBuilder.DH2KEX));
        slow.start();
        return new Attacker(target, client, slow);
    }

    private void attack(Attack attack, BufferedReader lines) throws Exception {
        attack.check(this);
        var over = new AtomicBoolean();
        var rounds = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < attack.callers; i++) {
                threads.execute(() -> attack.goOn(this, over, rounds));
            }
            try {
                Await.until("the attack", () -> rounds.get() >= attack.callers);
                do {
                    say(rounds);
                } while (ROUNDS.equals(lines.readLine()));
            } finally {
                over.set(true);
            }
        }
        say(rounds);
    }

    private static void say(AtomicInteger rounds) {
        System.out.println(rounds);
        System.out.flush();
    }

    @Override
    public void close() throws IOException {
        client.stop();
        slowClient.stop();
    }
}
