package dev.shed.gateway.access.key;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// An OpenSSH certificate (OpenSSH's PROTOCOL.certkeys): a public key, and an authority's statements about
/// its holder. It is well formed, but not yet verified: the caller must verify the authority's signature and
/// check that the authority is trusted.
///
/// @param kind 1 for users, 2 for hosts
/// @param key the certified key
/// @param keyId the name that the authority gave the certificate
/// @param principals the names that it is valid for
/// @param options its restrictions and permissions
/// @param authority the key that signed it
public record Certificate(
        int kind,
        PublicKeyBlob key,
        Serial serial,
        String keyId,
        List<String> principals,
        Validity validity,
        Options options,
        PublicKeyBlob authority,
        Signed signed) {
    public static final int USER = 1;
    public static final int HOST = 2;

    public static final String VERIFY_REQUIRED = "verify-required";

    private static final String SUFFIX = "-cert-v01@openssh.com";

    /// The same limit as in OpenSSH.
    private static final int MOST_PRINCIPALS = 256;

    /// An unsigned number; 0 if the authority does not number certificates.
    public record Serial(long bits) {
        @Override
        public String toString() {
            return Long.toUnsignedString(bits);
        }
    }

    /// The validity period in seconds since 1970, as unsigned numbers.
    ///
    /// @param before the first second after the period
    public record Validity(long after, long before) {
        /// The reason why it is not valid at this time; empty if it is.
        public Optional<String> objection(Instant now) {
            long second = now.getEpochSecond();
            if (Long.compareUnsigned(second, after) < 0) {
                return Optional.of("the certificate is not valid before " + text(after));
            }
            return Long.compareUnsigned(second, before) < 0
                    ? Optional.empty()
                    : Optional.of("the certificate expired at " + text(before));
        }

        /// The end of the period; empty if it is beyond the range of `Instant`.
        public Optional<Instant> end() {
            return before >= 0 && before <= Instant.MAX.getEpochSecond()
                    ? Optional.of(Instant.ofEpochSecond(before))
                    : Optional.empty();
        }

        private static String text(long second) {
            return new Validity(0, second)
                    .end()
                    .map(Instant::toString)
                    .orElse(Long.toUnsignedString(second) + " seconds after 1970");
        }
    }

    /// A critical option or an extension.
    public static final class Option {
        private final String name;
        private final byte[] data;

        Option(String name, byte[] data) {
            this.name = name;
            this.data = data;
        }

        public String name() {
            return name;
        }

        public boolean isEmpty() {
            return data.length == 0;
        }

        public WireReader data() {
            return new WireReader(data);
        }

        /// The option with its value, if the value is text. The values of all known options are.
        public String shown() {
            try {
                return isEmpty() ? name : name + "=" + data().text();
            } catch (MalformedException _) {
                return name;
            }
        }
    }

    /// The restrictions and permissions in a certificate.
    ///
    /// @param critical restrictions; an unknown one makes the certificate invalid
    /// @param extensions permissions; an unknown one is ignored
    public record Options(List<Option> critical, List<Option> extensions) {}

    /// The signed bytes and the signature.
    public static final class Signed {
        private final byte[] message;
        private final byte[] signature;

        Signed(byte[] message, byte[] signature) {
            this.message = message;
            this.signature = signature;
        }

        /// The bytes of the certificate up to its signature.
        public byte[] message() {
            return message.clone();
        }

        /// The authority's signature, with the name of its algorithm.
        public byte[] signature() {
            return signature.clone();
        }
    }

    /// The reason why it is not valid at this time; empty if it is.
    public Optional<String> objection(Instant now) {
        return validity.objection(now);
    }

    /// When it expires; empty if that is beyond the range of `Instant`.
    public Optional<Instant> end() {
        return validity.end();
    }

    /// Returns if a host with this key may present it.
    ///
    /// @param hostKey in SSH wire format
    public void requireHost(byte[] hostKey) throws MalformedException {
        if (kind != HOST) {
            throw new MalformedException("the certificate is not a host certificate");
        }
        if (!key.is(hostKey)) {
            throw new MalformedException("the certificate is for another key, " + key.fingerprint());
        }
    }

    /// Its restrictions as written in the certificate: `force-command=ls`, `verify-required`.
    public List<String> restrictions() {
        return options.critical().stream().map(Option::shown).toList();
    }

    /// The names of its permissions.
    public List<String> permissions() {
        return options.extensions().stream().map(Option::name).toList();
    }

    /// Whether `algorithm` is the name of a certificate type.
    public static boolean isCertificate(String algorithm) {
        return algorithm.endsWith(SUFFIX);
    }

    /// The algorithm of the certified key: that of `ssh-ed25519-cert-v01@openssh.com` is `ssh-ed25519`.
    public static String plain(String algorithm) {
        var name = algorithm.substring(0, algorithm.length() - SUFFIX.length());
        return name.startsWith("sk-") ? name + "@openssh.com" : name;
    }

    /// The certificate in a line `TYPE BASE64 [COMMENT]`, as ssh-keygen writes it; empty if it is of another
    /// type.
    public static Optional<Certificate> ofLine(String line) throws MalformedException {
        var fields = line.strip().split("[ \t]+", 3);
        if (!isCertificate(fields[0])) {
            return Optional.empty();
        }
        return Optional.of(parse(PublicKeyBlob.decode(fields.length < 2 ? "" : fields[1])));
    }

    /// Parses a certificate in SSH wire format.
    public static Certificate parse(byte[] blob) throws MalformedException {
        var in = new WireReader(blob);
        var type = in.text();
        if (!isCertificate(type) || !PublicKeyBlob.TYPES.contains(plain(type))) {
            throw new MalformedException("there are no certificates of this type");
        }
        in.string(); // a nonce, which makes the signature unpredictable
        var key = key(plain(type), blob, in);
        var serial = new Serial(in.uint64());
        int kind = in.uint32();
        var keyId = in.text();
        var principals = principals(in.section());
        var validity = new Validity(in.uint64(), in.uint64());
        var options = new Options(options(in.section()), options(in.section()));
        in.string(); // reserved
        var authority = PublicKeyBlob.of(in.string());
        var message = Arrays.copyOf(blob, in.position());
        var signature = in.string();
        if (in.hasMore()) {
            throw new MalformedException("there is data after the end of the certificate");
        }
        var signed = new Signed(message, signature);
        return new Certificate(kind, key, serial, keyId, principals, validity, options, authority, signed);
    }

    /// The certified key, whose fields are in the middle of the certificate.
    private static PublicKeyBlob key(String type, byte[] blob, WireReader in) throws MalformedException {
        int start = in.position();
        PublicKeyBlob.skip(type, in);
        return PublicKeyBlob.of(type, Arrays.copyOfRange(blob, start, in.position()));
    }

    private static List<String> principals(WireReader in) throws MalformedException {
        var principals = new ArrayList<String>();
        while (in.hasMore()) {
            var principal = in.text();
            if (principals.size() == MOST_PRINCIPALS) {
                throw new MalformedException("the certificate has more than " + MOST_PRINCIPALS + " principals");
            }
            if (principal.indexOf('\ufffd') >= 0) {
                throw new MalformedException("a principal is not UTF-8");
            }
            principals.add(principal);
        }
        return List.copyOf(principals);
    }

    private static List<Option> options(WireReader in) throws MalformedException {
        var options = new ArrayList<Option>();
        while (in.hasMore()) {
            options.add(new Option(in.text(), in.string()));
        }
        return List.copyOf(options);
    }
}
