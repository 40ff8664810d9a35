package dev.shed.cli.ssh;

import dev.shed.cli.text.Printable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// A line of a known_hosts file, as ssh writes it.
///
/// @param host the name by which ssh looks it up: `host`, or `[host]:port`
/// @param type the key's type
/// @param key the key in base64
public record HostKey(String host, String type, String key) {
    /// Parses a line.
    ///
    /// @throws IllegalArgumentException if it is malformed
    public static HostKey parse(String line) {
        var words = line.strip().split("\\s+", -1);
        if (words.length < 3) {
            throw new IllegalArgumentException("not a line of known_hosts: " + Printable.of(line));
        }
        return new HostKey(words[0], words[1], words[2]);
    }

    /// The fingerprint as OpenSSH prints it: `SHA256:…`.
    public String fingerprint() {
        var digest = sha256().digest(Base64.getDecoder().decode(key));
        return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    }

    public String line() {
        return host + " " + type + " " + key;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
