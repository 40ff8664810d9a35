package dev.shed.gateway.ssh.key;

import java.time.Duration;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Encrypts and decrypts packets soon after the start, so that the JVM has compiled AES-GCM before the first transfer.
/// Until then each packet takes many times as long.
public final class CipherWarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(CipherWarmUp.class);

    /// Whoever logs in at once does not wait for this: the first login takes half a second.
    private static final Duration DELAY = Duration.ofSeconds(2);

    /// So many packets make the JVM use its second compiler for them.
    private static final int PACKETS = 10_000;

    private static final int SIZE = 1024;
    private static final int LENGTH_FIELD = Integer.BYTES;

    /// It computes a quarter of the time, so that others have the processor.
    private static final Duration SLICE = Duration.ofMillis(5);

    private static final Duration PAUSE = Duration.ofMillis(15);

    private CipherWarmUp() {}

    /// Starts it on a thread of its own, which ends by itself.
    public static void start() {
        Thread.ofPlatform().name("cipher-warm-up").daemon().start(() -> run(DELAY, PACKETS));
    }

    /// Encrypts and decrypts.
    ///
    /// @return whether all packets have come through
    static boolean run(Duration delay, int packets) {
        try {
            Thread.sleep(delay);
            var encryption = cipher(Cipher.Mode.Encrypt);
            var decryption = cipher(Cipher.Mode.Decrypt);
            var packet = new byte[LENGTH_FIELD + SIZE + encryption.getAuthenticationTagSize()];
            long begun = System.nanoTime();
            for (int i = 0; i < packets; i++) {
                encryption.updateWithAAD(packet, 0, LENGTH_FIELD, SIZE);
                decryption.updateWithAAD(packet, 0, LENGTH_FIELD, SIZE);
                if (System.nanoTime() - begun > SLICE.toNanos()) {
                    Thread.sleep(PAUSE);
                    begun = System.nanoTime();
                }
            }
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            // MINA's ciphers declare it. Without the warm-up the first transfer is slower, and that is all.
            LOG.atWarn().setCause(e).log("ciphers not warmed up");
        }
        return false;
    }

    private static Cipher cipher(Cipher.Mode mode) throws Exception {
        var kind = BuiltinCiphers.aes128gcm;
        var cipher = AesGcm.factory(kind).create();
        cipher.init(mode, new byte[kind.getKdfSize()], new byte[kind.getIVSize()]);
        return cipher;
    }
}
