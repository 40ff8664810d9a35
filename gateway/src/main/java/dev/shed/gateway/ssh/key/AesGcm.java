package dev.shed.gateway.ssh.key;

import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BaseGCMCipher;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.jspecify.annotations.Nullable;

/// AES-GCM (RFC 5647) that decrypts into a second array. In place the JDK copies the packet first, and takes twice as
/// long.
final class AesGcm extends BaseGCMCipher {
    /// Packets with data are up to 32 KiB; for what is longer an array is not kept.
    private static final int MOST_KEPT = 64 * 1024;

    private byte[] plain = new byte[0];

    private @Nullable Nonce nonce;

    private AesGcm(BuiltinCiphers kind) {
        super(
                kind.getIVSize(),
                kind.getAuthenticationTagSize(),
                kind.getKdfSize(),
                kind.getAlgorithm(),
                kind.getKeySize(),
                kind.getTransformation(),
                kind.getCipherBlockSize());
    }

    /// The same cipher as MINA's, by the same name.
    static NamedFactory<Cipher> factory(BuiltinCiphers kind) {
        return new NamedFactory<>() {
            @Override
            public String getName() {
                return kind.getName();
            }

            @Override
            public Cipher create() {
                return new AesGcm(kind);
            }
        };
    }

    /// The nonce, which MINA counts up for itself alone.
    private static final class Nonce extends CounterGCMParameterSpec {
        Nonce(int tagBits, byte[] first) {
            super(tagBits, first);
        }

        void next() {
            incrementCounter();
        }
    }

    @Override
    protected javax.crypto.Cipher createCipherInstance(Mode mode, byte[] key, byte[] iv) throws Exception {
        var instance = super.createCipherInstance(mode, key, iv);
        nonce = new Nonce(getAuthenticationTagSize() * Byte.SIZE, iv);
        parameters = nonce;
        return instance;
    }

    @Override
    public void update(byte[] packet, int offset, int length) throws Exception {
        if (mode == Mode.Encrypt || nonce == null) {
            super.update(packet, offset, length);
            return;
        }
        var into = array(length);
        getInitializedCipherInstance().doFinal(packet, offset, length + getAuthenticationTagSize(), into, 0);
        System.arraycopy(into, 0, packet, offset, length);
        nonce.next();
        initialized = false;
    }

    private byte[] array(int length) {
        if (length > MOST_KEPT) {
            return new byte[length];
        }
        if (plain.length < length) {
            plain = new byte[length];
        }
        return plain;
    }
}
