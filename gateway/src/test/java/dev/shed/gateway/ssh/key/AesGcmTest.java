package dev.shed.gateway.ssh.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.cipher.Cipher.Mode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// It is MINA's cipher, whichever of the two encrypts.
class AesGcmTest {
    private static final int LENGTH_FIELD = 4;
    private static final int TAG = 16;
    private static final int OFFSET = 7;

    private final Random random = new Random(1);

    private static Cipher cipher(NamedFactory<Cipher> factory, Mode mode) throws Exception {
        var cipher = factory.create();
        var key = new byte[cipher.getKdfSize()];
        Arrays.fill(key, (byte) 7);
        cipher.init(mode, key, new byte[cipher.getIVSize()]);
        return cipher;
    }

    private byte[] packet(int length) {
        var packet = new byte[OFFSET + LENGTH_FIELD + length + TAG + OFFSET];
        random.nextBytes(packet);
        return packet;
    }

    private static byte[] data(byte[] packet, int length) {
        return Arrays.copyOfRange(packet, 0, OFFSET + LENGTH_FIELD + length);
    }

    @ParameterizedTest
    @EnumSource(
            value = BuiltinCiphers.class,
            names = {"aes128gcm", "aes256gcm"})
    void itSpeaksWithMinasInBothDirections(BuiltinCiphers kind) throws Exception {
        var ours = AesGcm.factory(kind);
        assertThat(ours.getName()).isEqualTo(kind.getName());
        for (boolean encrypts : new boolean[] {true, false}) {
            var from = cipher(encrypts ? ours : kind, Mode.Encrypt);
            var to = cipher(encrypts ? kind : ours, Mode.Decrypt);
            for (int length : new int[] {16, 32 * 1024, 0, 48, 100_000, 32}) {
                var packet = packet(length);
                var before = packet.clone();
                from.updateWithAAD(packet, OFFSET, LENGTH_FIELD, length);
                to.updateWithAAD(packet, OFFSET, LENGTH_FIELD, length);
                assertThat(data(packet, length)).isEqualTo(data(before, length));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = BuiltinCiphers.class,
            names = {"aes128gcm", "aes256gcm"})
    void aPacketThatWasChangedIsRefused(BuiltinCiphers kind) throws Exception {
        for (int changed :
                new int[] {0, LENGTH_FIELD, LENGTH_FIELD + 63, LENGTH_FIELD + 64, LENGTH_FIELD + 64 + TAG - 1}) {
            var packet = packet(64);
            cipher(kind, Mode.Encrypt).updateWithAAD(packet, OFFSET, LENGTH_FIELD, 64);
            packet[OFFSET + changed] ^= 1;
            var decrypts = cipher(AesGcm.factory(kind), Mode.Decrypt);
            assertThatThrownBy(() -> decrypts.updateWithAAD(packet, OFFSET, LENGTH_FIELD, 64))
                    .isInstanceOf(AEADBadTagException.class);
        }
    }
}
