package dev.shed.gateway.config;

import dev.shed.gateway.access.AddressBlock;
import dev.shed.gateway.failure.PublicAddress;
import dev.shed.gateway.startup.BlockSize;
import dev.shed.gateway.startup.MaxStartups;
import dev.shed.gateway.startup.PenaltyRules;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// A condition on a value, with a description of valid values.
///
/// @param expected completes the sentence "expected: …"
record Rule<T>(String expected, Predicate<T> test) {
    static final Rule<Integer> PORT = new Rule<>("a port, 0 to 65535 (0: any free one)", n -> n >= 0 && n <= 65535);
    static final Rule<Integer> COUNT = new Rule<>("a whole number, 1 or more", n -> n >= 1);

    /// NIST SP 800-131A disallows RSA keys of less than 2048 bits.
    static final Rule<Integer> RSA_BITS = new Rule<>("a number of bits, 2048 to 16384", n -> n >= 2048 && n <= 16384);

    /// The queue must hold one full SSH packet (32 KiB and its framing), or no output could ever be sent.
    static final Rule<Long> QUEUE = new Rule<>("a size of at least 64KiB, such as 4MiB", n -> n >= 64 * 1024);

    static final Rule<Duration> DURATION =
            new Rule<>("a duration such as 500ms, 30s, 5m or 1h", duration -> !duration.isNegative());
    static final Rule<Duration> POSITIVE_DURATION =
            new Rule<>("a duration greater than zero, such as 500ms, 30s, 5m or 1h", Duration::isPositive);
    static final Rule<Path> ABSOLUTE_PATH = new Rule<>("an absolute path", Path::isAbsolute);
    static final Rule<String> ADDRESS = new Rule<>(
            "an IP address without brackets, or a host name (0.0.0.0: all IPv4 addresses, :: all IPv4 and IPv6"
                    + " addresses)",
            Rule::isAddress);
    static final Rule<URI> UNIX_SOCKET = new Rule<>(
            "unix:// and the absolute path of the engine's socket, such as unix:///var/run/docker.sock"
                    + " (the gateway runs on the host of its engine; no other transport is supported)",
            host -> matches("unix:///[^?#]+", host.toString()));
    static final Rule<String> IMAGE = new Rule<>(
            "the name of an image, such as shed-base:latest", text -> matches("[A-Za-z0-9][A-Za-z0-9._:/@-]*", text));
    static final Rule<String> USER =
            new Rule<>("the name of a user of the image", text -> matches("[A-Za-z_][A-Za-z0-9_.-]*", text));
    static final Rule<String> CONTAINER_PATH = new Rule<>(
            "an absolute path inside the container, not / itself and without `.` and `..`",
            text -> matches("(/(?!\\.{1,2}(/|$))[^/\\p{Cntrl}:]+)+", text));
    static final Rule<String> FORGE = new Rule<>(
            "a prefix of addresses, up to the last ':' or '/', such as git@github.com: or https://git.example.org/",
            text -> matches("(([a-z+]+://)?[A-Za-z0-9_][^\\s\\p{Cntrl}]*|/[^\\s\\p{Cntrl}]*)[:/]", text));
    static final Rule<String> HOST_KEYS =
            new Rule<>("accept-new or strict", text -> matches("accept-new|strict", text));
    static final Rule<String> VISIBILITY = new Rule<>("all or owner", text -> matches("all|owner", text));
    static final Rule<String> WHEN_FULL = new Rule<>("continue or refuse", text -> matches("continue|refuse", text));
    static final Rule<String> ON_FAILURE = WHEN_FULL;
    static final Rule<String> RESUME = new Rule<>("manual or auto", text -> matches("manual|auto", text));
    static final Rule<String> STATUS_LINE = new Rule<>("attached or never", text -> matches("attached|never", text));
    static final Rule<String> ATTACHED = new Rule<>("status-line or never", text -> matches("status-line|never", text));
    static final Rule<String> RELAY = new Rule<>("run, all or none", text -> matches("run|all|none", text));
    static final Rule<String> SHED_GLOB = new Rule<>(
            "the name of a shed, or a glob such as web-* ('*' is all)", text -> matches("[a-z0-9*?-]{1,63}", text));
    static final Rule<String> LISTEN = new Rule<>("loopback or as-asked", text -> matches("loopback|as-asked", text));
    static final Rule<String> EXISTING_SOCKETS = new Rule<>("keep or replace", text -> matches("keep|replace", text));
    static final Rule<String> HOST_ADDRESSES = new Rule<>("refuse or allow", text -> matches("refuse|allow", text));
    static final Rule<String> NETWORK = new Rule<>(
            "sheds, or the name of one of the engine's networks, but not host or none",
            text -> matches("(?!(host|none)$)[A-Za-z0-9][A-Za-z0-9_.-]{0,127}", text));

    /// The least that the porter, tmux and one shell need.
    static final Rule<Integer> PIDS_LIMIT =
            new Rule<>("a whole number of at least 64, or 0 for no limit", n -> n == 0 || n >= 64);

    /// The least that the engine accepts.
    static final Rule<Long> MEMORY =
            new Rule<>("a size of at least 6MiB, such as 8GiB, or 0 for no limit", n -> n == 0 || n >= 6L << 20);
    static final Rule<String> MOUNT = new Rule<>(
            "SOURCE:TARGET (read-only) or SOURCE:TARGET:rw, both absolute paths",
            text -> matches("/[^:\\p{Cntrl}]*:(/(?!\\.{1,2}(/|:|$))[^/\\p{Cntrl}:]+)+(:r[ow])?", text));

    static final Rule<String> MAX_STARTUPS = new Rule<>(
            "START:RATE:FULL, RATE a percentage and FULL not less than START, such as 64:30:256",
            text -> parses(MaxStartups::parse, text));
    static final Rule<String> NET_BLOCK_SIZE =
            new Rule<>("the prefix lengths for IPv4 and IPv6, such as 32:64", text -> parses(BlockSize::parse, text));
    static final Rule<String> PENALTIES = new Rule<>(
            "no, or words such as authfail:5s (crash, protocol-error, authfail, noauth, grace-exceeded, min, max),"
                    + " max-sources4:65536, max-sources6:65536, overflow:permissive or overflow:deny-all",
            text -> parses(PenaltyRules::parse, text));
    static final Rule<String> ADDRESS_BLOCK = new Rule<>(
            "an address or a network, such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32",
            text -> parses(AddressBlock::parse, text));

    // The gateway's algorithms. AlgorithmsTest compares them with those of ssh.Algorithms.
    static final Rule<String> KEY_EXCHANGE = oneOf(
            "mlkem768x25519-sha256",
            "sntrup761x25519-sha512",
            "sntrup761x25519-sha512@openssh.com",
            "curve25519-sha256",
            "curve25519-sha256@libssh.org",
            "ecdh-sha2-nistp256",
            "ecdh-sha2-nistp384",
            "ecdh-sha2-nistp521",
            "diffie-hellman-group16-sha512",
            "diffie-hellman-group18-sha512",
            "diffie-hellman-group14-sha256");
    static final Rule<String> HOST_KEY = oneOf("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256");
    static final Rule<String> CIPHER =
            oneOf("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes256-ctr");
    static final Rule<String> MAC =
            oneOf("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256");

    static final Rule<Optional<Path>> NO_PATH_OR_ABSOLUTE =
            new Rule<>("an absolute path", path -> path.stream().allMatch(Path::isAbsolute));

    static final Rule<String> WORD =
            new Rule<>("a program or an argument, without control characters", text -> matches("[^\\p{Cntrl}]+", text));
    static final Rule<String> STATUS = oneOf("needs-approval", "needs-input", "failed", "done");
    static final Rule<Optional<URI>> WEBHOOK = new Rule<>(
            "an address such as https://ntfy.example.org/topic, without a user and a password",
            address -> address.stream().allMatch(Rule::isWebhook));
    static final Rule<Optional<String>> CLICK_HOST = new Rule<>(
            "HOST or HOST:PORT, as in ssh://HOST:PORT",
            text -> text.stream()
                    .allMatch(host -> matches("[A-Za-z0-9][A-Za-z0-9.-]{0,252}(:[1-9][0-9]{0,4})?", host)));

    /// It becomes part of commands that people paste.
    static final Rule<Optional<String>> PUBLIC_ADDRESS = new Rule<>(
            "HOST or HOST:PORT, an IPv6 address in brackets, such as gw.example.org:2222 or [2001:db8::1]:2222",
            text -> text.stream().allMatch(host -> PublicAddress.parse(host).isPresent()));

    /// Others must not reach it: there is no login and no encryption.
    static final Rule<Optional<String>> LOOPBACK_PORT = new Rule<>(
            "a loopback address and a port, such as 127.0.0.1:9464 or [::1]:9464",
            address -> address.stream().allMatch(text -> parses(Metrics::parse, text)));

    static final Rule<String> ENGINE_KIND =
            new Rule<>("kubernetes or docker", text -> matches("docker|kubernetes", text));
    static final Rule<Optional<String>> ANY_TEXT = new Rule<>("a text", _ -> true);

    /// A DNS subdomain, as all names of the cluster's objects here are.
    static final Rule<String> SECRET_NAME = new Rule<>(
            "the name of an object of the cluster, such as registry-login",
            text -> text.length() <= 253 && matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?", text));
    static final Rule<Optional<String>> OBJECT_NAME = new Rule<>(
            "the name of an object of the cluster, such as sheds",
            text -> text.stream().allMatch(SECRET_NAME.test()));
    static final Rule<Long> CLAIM_SIZE = new Rule<>("a size of at least 64MiB, such as 10GiB", n -> n >= 64L << 20);
    static final Rule<Integer> USER_ID = new Rule<>("a whole number, 0 or more", n -> n >= 0);
    static final Rule<Optional<String>> HOME =
            new Rule<>(CONTAINER_PATH.expected, text -> text.stream().allMatch(CONTAINER_PATH.test()));
    static final Rule<Optional<String>> CPU_REQUEST = new Rule<>(
            "processors, such as 250m or 2",
            text -> text.stream().allMatch(cpus -> matches("[1-9][0-9]{0,5}m|[0-9]{1,3}(\\.[0-9]{1,3})?", cpus)));
    static final Rule<String> NODE_LABEL = new Rule<>(
            "KEY=VALUE, such as disk=fast", text -> matches("[A-Za-z0-9][A-Za-z0-9./_-]*=[A-Za-z0-9._-]*", text));
    static final Rule<String> TOLERATION = new Rule<>(
            "KEY, KEY=VALUE, KEY:EFFECT or KEY=VALUE:EFFECT, such as dedicated=sheds:NoSchedule",
            text -> matches(
                    "[A-Za-z0-9][A-Za-z0-9./_-]*(=[A-Za-z0-9._-]*)?(:(NoSchedule|PreferNoSchedule|NoExecute))?", text));

    private static boolean isWebhook(URI address) {
        return matches("https?", String.valueOf(address.getScheme()))
                && address.getHost() != null
                && address.getRawUserInfo() == null;
    }

    private static Rule<String> oneOf(String... names) {
        return new Rule<>("one of " + String.join(", ", names), List.of(names)::contains);
    }

    /// Checks a value that does not come from a file.
    ///
    /// @throws IllegalArgumentException if the value is invalid
    void require(String key, T value) {
        if (!test.test(value)) {
            throw new IllegalArgumentException(key + ": " + value + " is not allowed, expected: " + expected);
        }
    }

    private static boolean isAddress(String text) {
        // Digits and dots, or a colon, make an IP literal and never a host name, so the resolver is not
        // asked.
        return matches("[0-9.]+|.*:.*", text) ? isLiteral(text) : isHostName(text);
    }

    private static boolean isLiteral(String text) {
        // The JDK accepts 127.1 and [::1] as well; the gateway does not.
        if (!matches("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*", text)) {
            return false;
        }
        try {
            return InetAddress.ofLiteral(text).getAddress().length > 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static boolean isHostName(String text) {
        return text.length() <= 253 && matches("(?i)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9-]{1,63})*", text);
    }

    private static boolean parses(Function<String, ?> parser, String text) {
        try {
            return parser.apply(text) != null;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static boolean matches(String pattern, String text) {
        return Pattern.matches(pattern, text);
    }
}
