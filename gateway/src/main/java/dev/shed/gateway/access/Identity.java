package dev.shed.gateway.access;

import java.time.Instant;
import java.util.Optional;

/// The person behind an accepted key.
///
/// @param comment the comment of the key's line in authorized_keys, or the key ID of the certificate; may be empty
/// @param fingerprint the key's fingerprint as OpenSSH prints it: `SHA256:` and unpadded base64
/// @param grant what the key's line allows
/// @param validity from where and until when the key lets in
/// @param certification who vouches for the key, when it came with a certificate
public record Identity(
        String comment, String fingerprint, Grant grant, Validity validity, Optional<Certification> certification) {
    /// The options of a line that decide when its key lets in.
    ///
    /// @param from the addresses, as the line has them; empty means any
    /// @param expiry when the key stops to be good
    public record Validity(Optional<String> from, Optional<Instant> expiry) {
        static final Validity ALWAYS = new Validity(Optional.empty(), Optional.empty());

        /// The same, and no longer than until then.
        Validity until(Instant end) {
            return new Validity(from, expiry.filter(end::isAfter).or(() -> Optional.of(end)));
        }
    }

    /// A certificate, as the audit log names it.
    ///
    /// @param keyId what the authority calls it; fit to be shown
    /// @param serial its number, without a sign; `0` when the authority counts none
    /// @param authority the fingerprint of the key that signed it
    public record Certification(String keyId, String serial, String authority) {}

    /// One that lets in from everywhere and for ever.
    public Identity(String comment, String fingerprint, Grant grant) {
        this(comment, fingerprint, grant, Validity.ALWAYS);
    }

    /// Somebody who came with a plain key.
    public Identity(String comment, String fingerprint, Grant grant, Validity validity) {
        this(comment, fingerprint, grant, validity, Optional.empty());
    }
}
