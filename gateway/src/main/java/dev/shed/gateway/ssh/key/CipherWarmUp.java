package dev.shed.gateway.ssh.key;

import java.util.List;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.Cipher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the JVM compile a cipher before the first transfer needs it: until then a packet takes a hundred times as long.
public final class CipherWarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(CipherWarmUp.class);

    /// The JVM goes by calls, not by bytes: with packets of 32 KiB it takes seven times as long until all is compiled.
    private static final int PACKET = 1024;

    /// After 8,000 nothing gets faster; about 0.15 s of one processor.
    private static final int PACKETS = 10_000;

    private static final int LENGTH_FIELD = Integer.BYTES;

    private CipherWarmUp() {}

    /// Warms up the first of `ciphers`, in the background.
    public static void start(List<NamedFactory<Cipher>> ciphers) {
        Thread.ofPlatform().name("cipher-warm-up").daemon().start(() -> {
            try {
                run(ciphers.getFirst());
            } catch (Exception e) {
                LOG.atWarn().setCause(e).log("cipher not warmed up");
            }
        });
    }

    private static void run(NamedFactory<Cipher> kind) throws Exception {
        var encrypt = initialized(kind.create(), Cipher.Mode.Encrypt);
        var decrypt = initialized(kind.create(), Cipher.Mode.Decrypt);
        var packet = new byte[LENGTH_FIELD + PACKET + encrypt.getAuthenticationTagSize()];
        for (int i = 0; i < PACKETS; i++) {
            encrypt.updateWithAAD(packet, 0, LENGTH_FIELD, PACKET);
            decrypt.updateWithAAD(packet, 0, LENGTH_FIELD, PACKET);
        }
    }

    /// With a key of zeros: nothing of this is ever sent.
    private static Cipher initialized(Cipher cipher, Cipher.Mode mode) throws Exception {
        cipher.init(mode, new byte[cipher.getKdfSize()], new byte[cipher.getIVSize()]);
        return cipher;
    }
}
