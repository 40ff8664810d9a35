package dev.shed.gateway.inbox;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Makes the ids of questions: short enough to be typed on a phone, and different for different questions.
///
/// An id is the beginning of an HMAC-SHA256 with a key that only this process knows, so that no program in a
/// container can make a question whose id is that of another one. After a restart of the gateway all ids are
/// new.
final class QuestionIds {
    /// Crockford's Base32: without the letters that are taken for digits.
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

    private static final int BITS = 5;

    /// Fifty bits: among a thousand questions two have the same id once in two billion times.
    private static final int LENGTH = 10;

    private static final int KEY_LENGTH = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    QuestionIds() {
        var bytes = new byte[KEY_LENGTH];
        new SecureRandom().nextBytes(bytes);
        key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /// The id of what these parts together name; the same for the same parts.
    String of(List<String> parts) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            for (var part : parts) {
                mac.update(part.getBytes(StandardCharsets.UTF_8));
                mac.update((byte) 0);
            }
            return text(mac.doFinal());
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    private static String text(byte[] hash) {
        var id = new StringBuilder();
        int bits = 0;
        int known = 0;
        for (int next = 0; id.length() < LENGTH; ) {
            if (known < BITS) {
                bits = bits << Byte.SIZE | (hash[next++] & 0xff);
                known += Byte.SIZE;
            }
            known -= BITS;
            id.append(ALPHABET.charAt(bits >> known & ALPHABET.length() - 1));
        }
        return id.toString();
    }

    /// An id as somebody has typed it, in the form of [#of].
    static String typed(String id) {
        return id.toLowerCase(Locale.ROOT).replace('o', '0').replace('i', '1').replace('l', '1');
    }
}
