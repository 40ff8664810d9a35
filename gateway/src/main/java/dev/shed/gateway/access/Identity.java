package dev.shed.gateway.access;

import java.time.Instant;
import java.util.Optional;

/// The person behind an accepted key.
///
/// @param comment the comment of the key's line in authorized_keys; may be empty
/// @param fingerprint the key's fingerprint as OpenSSH prints it: `SHA256:` and unpadded base64
/// @param grant what the key's line allows
/// @param validity from where and until when the key lets in
public record Identity(String comment, String fingerprint, Grant grant, Validity validity) {
    /// The options of a line that decide when its key lets in.
    ///
    /// @param from the addresses, as the line has them; empty means any
    /// @param expiry when the key stops to be good
    public record Validity(Optional<String> from, Optional<Instant> expiry) {
        static final Validity ALWAYS = new Validity(Optional.empty(), Optional.empty());
    }

    /// One that lets in from everywhere and for ever.
    public Identity(String comment, String fingerprint, Grant grant) {
        this(comment, fingerprint, grant, Validity.ALWAYS);
    }
}
