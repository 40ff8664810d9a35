package dev.shed.gateway.access.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.access.TestKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lists made by hand, for what `ssh-keygen -k` does not make; `CertificatesWireTest` has those that it makes.
class KeyRevocationListTest {
    private static final String SIGNED_BY_ANYBODY = "00000000" + "00000000";

    @ParameterizedTest
    @CsvSource({
        "04, 00000000,                                                       section of the type 4 is not supported",
        "ff, 00000000,                                                       section of the type 255 is not supported",
        "03, 00000002 abcd,                                                  a fingerprint in it has 2 bytes instead of 20",
        "05, 00000002 abcd,                                                  a fingerprint in it has 2 bytes instead of 32",
        "02, 7fffffff ab,                                                    cut off",
        "02, ffffffff ab,                                                    cut off",
        "01, 00000002 abcd 00000000,                                         cut off",
        "01, 00000000 00000000 20 00000008 0000000000000000,                 serial number 0",
        "01, 00000000 00000000 20 00000007 00000000000001,                   cut off",
        "01, 00000000 00000000 21 00000010 0000000000000009 0000000000000008, ends before it begins",
        "01, 00000000 00000000 21 00000010 0000000000000000 0000000000000008, serial number 0",
        "01, 00000000 00000000 21 00000011 0000000000000001 0000000000000008 00, data after the end",
        "01, 00000000 00000000 22 0000000d ffffffffffffffff 00000001 03,     goes beyond the last one",
        "01, 00000000 00000000 22 0000000d 0000000000000001 00000001 80,     is not a number",
        "01, 00000000 00000000 22 0000000d 0000000000000000 00000001 01,     serial number 0",
        "01, 00000000 00000000 23 00000006 00000002 0041,                    NUL in a text",
        "01, 00000000 00000000 39 00000000,                                  section of the type 57 is not supported",
    })
    void aSectionThatIsNotUnderstoodBreaksTheList(String type, String content, String reason) {
        assertThatThrownBy(() -> KeyRevocationList.parse(list(section(type, content))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aListOfAnotherVersionIsBroken() {
        byte[] list = list("");
        list[11] = 2;
        assertThatThrownBy(() -> KeyRevocationList.parse(list)).hasMessageContaining("another version");
    }

    @Test
    void anEmptyListRevokesNothing() throws MalformedException {
        var list = KeyRevocationList.parse(list(""));
        assertThat(list.objection(key())).isEmpty();
        assertThat(list.objection(certificate(7, "id"))).isEmpty();
    }

    /// Twelve bytes that stand for 2^64 - 1 certificates.
    @Test
    void aRangeOfAllNumbersTakesNoMemory() throws MalformedException {
        var list = KeyRevocationList.parse(
                list(section("01", SIGNED_BY_ANYBODY + "21 00000010 0000000000000001 ffffffffffffffff")));
        assertThat(list.objection(certificate(1, "id"))).contains("the certificate is revoked (serial 1)");
        assertThat(list.objection(certificate(-1, "id")))
                .contains("the certificate is revoked (serial 18446744073709551615)");
        // The number of an authority that does not count.
        assertThat(list.objection(certificate(0, "id"))).isEmpty();
    }

    @Test
    void aBitmapRevokesWhatItsBitsSay() throws MalformedException {
        var list = KeyRevocationList.parse(
                list(section("01", SIGNED_BY_ANYBODY + "22 0000000e fffffffffffffff0 00000002 5001")));
        assertThat(revoked(list, -16)).isTrue();
        assertThat(revoked(list, -15)).isFalse();
        assertThat(revoked(list, -4)).isTrue();
        assertThat(revoked(list, -2)).isTrue();
        assertThat(revoked(list, -1)).isFalse();
        assertThat(revoked(list, 1)).isFalse();
    }

    @Test
    void aKeyIdIsRevokedAsItIs() throws MalformedException {
        var list = KeyRevocationList.parse(list(section("01", SIGNED_BY_ANYBODY + "23 00000006 00000002 6964")));
        assertThat(list.objection(certificate(7, "id"))).contains("the certificate is revoked (key ID)");
        assertThat(list.objection(certificate(7, "ID"))).isEmpty();
    }

    /// Whatever stands there, it is read or refused, and nothing else happens.
    @Test
    void garbageIsRefusedOrRead() {
        var random = new Random(42);
        byte[] good = list(section("01", SIGNED_BY_ANYBODY + "21 00000010 0000000000000001 ffffffffffffffff"));
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            bad[8 + random.nextInt(bad.length - 8)] = (byte) random.nextInt();
            try {
                KeyRevocationList.parse(Arrays.copyOf(bad, 8 + random.nextInt(bad.length - 7)));
            } catch (MalformedException e) {
                assertThat(e.reason()).isNotEmpty();
            }
        }
    }

    private static boolean revoked(KeyRevocationList list, long serial) throws MalformedException {
        return list.objection(certificate(serial, "id")).isPresent();
    }

    private static PublicKeyBlob key() throws MalformedException {
        return PublicKeyBlob.of(TestKeys.blob(TestKeys.ED25519));
    }

    private static Certificate certificate(long serial, String keyId) throws MalformedException {
        return new Certificate(
                Certificate.USER,
                key(),
                new Certificate.Serial(serial),
                keyId,
                List.of("demo"),
                new Certificate.Validity(0, -1),
                new Certificate.Options(List.of(), List.of()),
                PublicKeyBlob.of(TestKeys.blob(TestKeys.OTHER_ED25519)),
                new Certificate.Signed(new byte[0], new byte[0]));
    }

    private static String section(String type, String content) {
        var hex = content.replace(" ", "");
        return type + String.format("%08x", hex.length() / 2) + hex;
    }

    private static byte[] list(String sections) {
        byte[] body = HexFormat.of().parseHex(sections);
        return ByteBuffer.allocate(44 + body.length)
                .put("SSHKRL\n\0".getBytes(StandardCharsets.US_ASCII))
                .putInt(1)
                .put(new byte[32])
                .put(body)
                .array();
    }
}
