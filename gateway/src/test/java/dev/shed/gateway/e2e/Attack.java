package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.net.SshdSocketAddress;

/// What is done over and over again, by several at once, until the test is over.
enum Attack {
    AN_EXPRESSION_THAT_TAKES_LONG(4, "takes too long on this screen") {
        @Override
        String run(Attacker attacker, ClientSession viewer) throws IOException {
            return AttackedGateway.verb(
                    viewer,
                    "wait " + attacker.target().shed() + " big --match '(x|a|aa|aaa|a*b|(a|b)*c){400}z' --timeout 3s");
        }
    },
    AN_EXPRESSION_WITHOUT_END(4, "is not a valid regular expression") {
        @Override
        String run(Attacker attacker, ClientSession viewer) throws IOException {
            return AttackedGateway.verb(
                    viewer, "wait " + attacker.target().shed() + " big --match '((){2147483647}){2147483647}z'");
        }
    },
    SESSIONS_WITHOUT_END(3, "more than 1000 sessions") {
        @Override
        String run(Attacker attacker, ClientSession viewer) throws IOException {
            return AttackedGateway.verb(viewer, "sessions " + attacker.target().hostile());
        }
    },
    WORDS_WITHOUT_END(3, "more than 1000 words") {
        private final String words = "sessions" + " a".repeat(120_000);

        @Override
        String run(Attacker attacker, ClientSession viewer) throws IOException {
            return AttackedGateway.verb(viewer, words);
        }
    },
    ADDRESSES_WITHOUT_END(4, "unexpected argument") {
        private final String words = "list " + "://".repeat(40_000);

        @Override
        String run(Attacker attacker, ClientSession viewer) throws IOException {
            return AttackedGateway.verb(viewer, words);
        }
    },
    NAMES_WITHOUT_END(3, "refused") {
        private final String name = "n".repeat(250_000);

        @Override
        String run(Attacker attacker, ClientSession viewer) throws Exception {
            try (var session = attacker.target().connect(client(attacker), name)) {
                session.addPublicKeyIdentity(attacker.target().key("viewer"));
                return session.auth().await(AttackedGateway.PATIENCE) && session.isAuthenticated()
                        ? "let in"
                        : "refused";
            }
        }
    },
    FORWARDS_WITHOUT_END(2, "may not forward") {
        @Override
        String login(Attacker attacker) {
            return attacker.target().shed();
        }

        @Override
        String run(Attacker attacker, ClientSession viewer) throws IOException {
            var target = new SshdSocketAddress("h".repeat(47), 80);
            try (var refused = viewer.createDirectTcpipChannel(null, target)) {
                var opened = refused.open();
                opened.await(AttackedGateway.PATIENCE);
                return String.valueOf(opened.getException());
            }
        }
    },
    LOOKS_AT_A_FALSE_TMUX(4, "attached") {
        @Override
        String run(Attacker attacker, ClientSession viewer) throws IOException {
            var out = new ByteArrayOutputStream();
            try (var shell = viewer.createShellChannel()) {
                shell.setPtyType("xterm");
                shell.setOut(out);
                shell.open().verify(AttackedGateway.PATIENCE);
                shell.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), AttackedGateway.PATIENCE);
            }
            return out.toString(UTF_8);
        }

        @Override
        String login(Attacker attacker) {
            return attacker.target().hostile() + "+x";
        }
    },
    PROOFS_WITHOUT_END(4, "all proven") {
        @Override
        String run(Attacker attacker, ClientSession viewer) throws Exception {
            var answers = new LinkedBlockingQueue<Integer>();
            int questions = 200;
            for (int i = 0; i < questions; i++) {
                viewer.request(proof(attacker, viewer), PROOF, (answer, _) -> answers.add(answer));
            }
            for (int i = 0; i < questions; i++) {
                var answer = answers.poll(AttackedGateway.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                if (answer == null || answer != SshConstants.SSH_MSG_REQUEST_SUCCESS) {
                    return "not proven";
                }
            }
            return "all proven";
        }
    },
    KEYS_EXCHANGED_WITHOUT_END(4, "exchanged") {
        @Override
        SshClient client(Attacker attacker) {
            return attacker.slowClient();
        }

        @Override
        String run(Attacker attacker, ClientSession viewer) throws Exception {
            var exchanged = new CountDownLatch(1);
            var listener = new SessionListener() {
                @Override
                public void sessionEvent(Session session, Event event) {
                    if (event == Event.KexCompleted) {
                        exchanged.countDown();
                    }
                }
            };
            viewer.addSessionListener(listener);
            viewer.reExchangeKeys();
            boolean inTime = exchanged.await(AttackedGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            viewer.removeSessionListener(listener);
            return inTime ? "exchanged" : "not exchanged";
        }
    };

    private static final String PROOF = "hostkeys-prove-00@openssh.com";

    final int callers;

    /// What the answer says: without it the attack is none.
    final String answer;

    Attack(int callers, String answer) {
        this.callers = callers;
        this.answer = answer;
    }

    SshClient client(Attacker attacker) {
        return attacker.client();
    }

    /// Asks for a signature of each host key.
    private static Buffer proof(Attacker attacker, ClientSession viewer) throws IOException {
        var request = viewer.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
        request.putString(PROOF);
        request.putBoolean(true);
        for (var type : List.of("ed25519", "ecdsa", "rsa")) {
            request.putBytes(attacker.target().hostKey(type));
        }
        return request;
    }

    /// Does it once and returns what is answered.
    abstract String run(Attacker attacker, ClientSession viewer) throws Exception;

    String login(Attacker attacker) {
        return "shed";
    }

    ClientSession begin(Attacker attacker) throws Exception {
        return attacker.target().login(client(attacker), login(attacker), "viewer");
    }

    /// Does it once and checks the answer.
    void check(Attacker attacker) throws Exception {
        try (var viewer = begin(attacker)) {
            var said = run(attacker, viewer);
            if (!said.contains(answer)) {
                throw new AssertionError(this + ": " + said);
            }
        }
    }

    /// Until the time is over, whatever becomes of it.
    void goOn(Attacker attacker, AtomicBoolean over, AtomicInteger rounds) {
        while (!over.get()) {
            try (var viewer = begin(attacker)) {
                while (!over.get()) {
                    rounds.incrementAndGet();
                    run(attacker, viewer);
                }
            } catch (Exception e) {
                System.err.println(this + ": " + e);
            }
        }
    }
}
