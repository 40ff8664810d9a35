package dev.shed.gateway.access;

/// The person behind an accepted key.
///
/// @param comment the comment of the key's line in authorized_keys; may be empty
/// @param fingerprint the key's fingerprint as OpenSSH prints it: `SHA256:` and unpadded base64
/// @param grant what the key's line allows
public record Identity(String comment, String fingerprint, Grant grant) {}
