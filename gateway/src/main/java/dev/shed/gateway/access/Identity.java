package dev.shed.gateway.access;

import java.time.Instant;
import java.util.Optional;

/// The person behind an accepted key.
///
/// @param comment the comment of the key's line in authorized_keys, or the key ID of the certificate; may be
/// empty
/// @param fingerprint the key's fingerprint as OpenSSH prints it: `SHA256:` and unpadded base64
/// @param grant the permissions of the key's line
/// @param validity from which addresses and until when the key is accepted
/// @param certification the certificate, if the key came with one
public record Identity(
        String comment, String fingerprint, Grant grant, Validity validity, Optional<Certification> certification) {
    /// The options of a line that restrict when its key is accepted.
    ///
    /// @param from the addresses, as written in the line; empty means any
    /// @param expiry the time from which on it is not accepted; empty means never
    public record Validity(Optional<String> from, Optional<Instant> expiry) {
        static final Validity ALWAYS = new Validity(Optional.empty(), Optional.empty());

        /// A copy that expires at `end` or earlier.
        Validity until(Instant end) {
            return new Validity(from, expiry.filter(end::isAfter).or(() -> Optional.of(end)));
        }
    }

    /// A certificate, as the audit log shows it.
    ///
    /// @param keyId the name that the authority gave it; safe to print
    /// @param serial an unsigned number; `0` if the authority does not number certificates
    /// @param authority the fingerprint of the key that signed it
    public record Certification(String keyId, String serial, String authority) {}

    /// An identity that is accepted from any address at any time.
    public Identity(String comment, String fingerprint, Grant grant) {
        this(comment, fingerprint, grant, Validity.ALWAYS);
    }

    /// An identity with a plain key.
    public Identity(String comment, String fingerprint, Grant grant, Validity validity) {
        this(comment, fingerprint, grant, validity, Optional.empty());
    }
}
