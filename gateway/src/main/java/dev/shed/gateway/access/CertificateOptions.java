package dev.shed.gateway.access;

import dev.shed.gateway.access.key.Certificate;
import dev.shed.gateway.access.key.MalformedException;
import dev.shed.gateway.access.key.RefusedLineException;
import dev.shed.gateway.failure.FailureText;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// The permissions and restrictions in a certificate (OpenSSH's PROTOCOL.certkeys).
///
/// @param command the only command that may be run
/// @param source the addresses that it may be used from; empty means any
/// @param verify whether a token must have verified its user by PIN or fingerprint
/// @param extensions the names of its extensions
record CertificateOptions(
        Optional<String> command, Optional<AddressPatterns> source, boolean verify, Set<String> extensions) {
    private static final Set<String> FLAGS = Set.of(
            "permit-pty",
            "permit-port-forwarding",
            "permit-agent-forwarding",
            "permit-X11-forwarding",
            "permit-user-rc",
            "no-touch-required");

    CertificateOptions {
        extensions = Set.copyOf(extensions);
    }

    static CertificateOptions of(Certificate certificate) throws MalformedException {
        var options = new CertificateOptions(Optional.empty(), Optional.empty(), false, Set.of());
        for (var option : certificate.options().critical()) {
            options = options.with(option);
        }
        var extensions = new HashSet<String>();
        for (var option : certificate.options().extensions()) {
            if (FLAGS.contains(option.name())) {
                requireEmpty(option);
                extensions.add(option.name());
            }
        }
        return new CertificateOptions(options.command, options.source, options.verify, extensions);
    }

    private CertificateOptions with(Certificate.Option option) throws MalformedException {
        return switch (option.name()) {
            case Certificate.VERIFY_REQUIRED -> {
                requireEmpty(option);
                yield new CertificateOptions(command, source, true, extensions);
            }
            case "force-command" -> {
                requireFirst(command, option);
                yield new CertificateOptions(Optional.of(text(option)), source, verify, extensions);
            }
            case "source-address" -> {
                requireFirst(source, option);
                yield new CertificateOptions(command, Optional.of(networks(option)), verify, extensions);
            }
            default ->
                throw new MalformedException(
                        "the certificate's critical option " + shown(option) + " is not supported");
        };
    }

    /// The requirements on a signature by a token.
    TokenRules token() {
        return new TokenRules(!extensions.contains("no-touch-required"), verify);
    }

    /// The reason why it may not be used from this address; empty if it may.
    Optional<String> objection(InetAddress from) {
        return source.filter(networks -> !networks.match(from))
                .map(_ -> "the certificate is not good from this address (source-address)");
    }

    /// The permissions that both `grant` and the certificate have.
    Grant narrow(Grant grant) throws RefusedLineException {
        if (command.isPresent() && grant.command().isPresent() && !command.equals(grant.command())) {
            throw new RefusedLineException("force-command of the certificate and command= of the line differ");
        }
        return grant.narrowed(
                extensions.contains("permit-pty"),
                extensions.contains("permit-port-forwarding"),
                extensions.contains("permit-agent-forwarding"),
                command);
    }

    private static String text(Certificate.Option option) throws MalformedException {
        var in = option.data();
        var text = in.text();
        if (in.hasMore()) {
            throw extraData(option);
        }
        return text;
    }

    private static AddressPatterns networks(Certificate.Option option) throws MalformedException {
        try {
            return AddressPatterns.networks(text(option));
        } catch (RefusedLineException _) {
            throw new MalformedException("the certificate's source-address is not a list of ADDRESS or ADDRESS/BITS");
        }
    }

    private static void requireFirst(Optional<?> former, Certificate.Option option) throws MalformedException {
        if (former.isPresent()) {
            throw new MalformedException("the certificate has several options " + shown(option));
        }
    }

    private static void requireEmpty(Certificate.Option option) throws MalformedException {
        if (!option.isEmpty()) {
            throw extraData(option);
        }
    }

    private static MalformedException extraData(Certificate.Option option) {
        return new MalformedException("the certificate's option " + shown(option) + " has extra data");
    }

    private static String shown(Certificate.Option option) {
        var name = option.name();
        return "'" + FailureText.printable(name.length() > 40 ? name.substring(0, 40) + "…" : name) + "'";
    }
}
