package dev.shed.gateway.access;

import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.access.key.RefusedLineException;
import dev.shed.gateway.failure.FailureText;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Parses the option field of a line of authorized_keys as sshd does: names ignore case, values are quoted,
/// `\"` is a quote and any other backslash is literal, and options are applied in the order in which they
/// appear (`restrict,pty` allows a PTY, `pty,restrict` does not).
///
/// Some options are accepted without effect, because the gateway does not have what they control: X11
/// forwarding, `user-rc`, and `environment=` (as with sshd's default `PermitUserEnvironment no`). A line is
/// refused if it has an unknown option, `principals=` without `cert-authority`, or `tunnel=`, a restriction
/// that the gateway cannot enforce.
final class KeyOptionsParser {
    private static final Pattern PERMIT_OPEN =
            Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\[\\]:/\\s\\p{Cntrl}]{1,255}):(?<port>\\*|[0-9]{1,5})");
    private static final Pattern SHED_GLOB = Pattern.compile("[a-z0-9*?-]{1,63}");
    private static final Pattern ENVIRONMENT = Pattern.compile("[A-Za-z0-9_]*=.*", Pattern.DOTALL);
    private static final Pattern TIME = Pattern.compile("(?<date>[0-9]{8})(?<time>[0-9]{4}|[0-9]{6})?(?<utc>[Zz])?");
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    private static final int LARGEST_PORT = 65535;

    /// Options that may appear only once, because it would be unclear which value is meant.
    private static final Set<String> SINGLE = Set.of("command", "from", "sheds", "verbs", "role", "principals");

    private enum Permission {
        PTY,
        PORT_FORWARDING,
        AGENT_FORWARDING
    }

    private final ZoneId zone;
    private final EnumSet<Permission> permissions = EnumSet.allOf(Permission.class);
    private final Map<String, String> single = new HashMap<>();
    private final List<String> permitOpen = new ArrayList<>();
    private final List<String> permitListen = new ArrayList<>();
    private Optional<Instant> expiry = Optional.empty();
    private boolean authority;
    private boolean touch = true;
    private boolean verify;

    private KeyOptionsParser(ZoneId zone) {
        this.zone = zone;
    }

    /// @param zone the time zone of expiry times that do not end in `Z`
    static KeyOptions parse(String field, ZoneId zone) throws RefusedLineException {
        var parser = new KeyOptionsParser(zone);
        int at = 0;
        do {
            at = parser.option(field, at);
        } while (at <= field.length());
        return parser.options();
    }

    /// Parses the option that begins at `start`.
    ///
    /// @return where the next one begins; beyond the end if there is none
    private int option(String field, int start) throws RefusedLineException {
        int nameEnd = start;
        while (nameEnd < field.length() && field.charAt(nameEnd) != ',' && field.charAt(nameEnd) != '=') {
            nameEnd++;
        }
        var name = field.substring(start, nameEnd).toLowerCase(Locale.ROOT);
        if (nameEnd == field.length() || field.charAt(nameEnd) == ',') {
            flag(name);
            return nameEnd + 1;
        }
        var value = new StringBuilder();
        int end = unquote(field, nameEnd + 1, value);
        if (end < field.length() && field.charAt(end) != ',') {
            throw new RefusedLineException("there is something between " + shown(name) + " and the next comma");
        }
        value(name, value.toString());
        return end + 1;
    }

    private static int unquote(String field, int start, StringBuilder value) throws RefusedLineException {
        if (!field.startsWith("\"", start)) {
            throw new RefusedLineException("an option's value is not in quotes");
        }
        int at = start + 1;
        while (at < field.length() && field.charAt(at) != '"') {
            if (field.startsWith("\\\"", at)) {
                at++;
            }
            value.append(field.charAt(at++));
        }
        if (at == field.length()) {
            throw new RefusedLineException("a quote is not closed");
        }
        return at + 1;
    }

    private void flag(String name) throws RefusedLineException {
        switch (name) {
            case "restrict" -> permissions.clear();
            case "pty" -> permissions.add(Permission.PTY);
            case "no-pty" -> permissions.remove(Permission.PTY);
            case "port-forwarding" -> permissions.add(Permission.PORT_FORWARDING);
            case "no-port-forwarding" -> permissions.remove(Permission.PORT_FORWARDING);
            case "agent-forwarding" -> permissions.add(Permission.AGENT_FORWARDING);
            case "no-agent-forwarding" -> permissions.remove(Permission.AGENT_FORWARDING);
            case "x11-forwarding", "no-x11-forwarding", "user-rc", "no-user-rc" -> {}
            case "touch-required" -> touch = true;
            case "no-touch-required" -> touch = false;
            case "verify-required" -> verify = true;
            case "no-verify-required" -> verify = false;
            case "cert-authority" -> authority = true;
            default -> throw unknown(name);
        }
    }

    private void value(String name, String value) throws RefusedLineException {
        if (SINGLE.contains(name) && single.put(name, value) != null) {
            throw new RefusedLineException("there are several " + name + "= options");
        }
        switch (name) {
            case "command", "from", "sheds", "verbs", "role", "principals" -> {}
            case "permitopen" -> permitOpen.add(permitOpen(value));
            case "permitlisten" -> permitListen.add(permitListen(value));
            case "expiry-time" -> {
                var end = time(value);
                expiry = expiry.filter(end::isAfter).or(() -> Optional.of(end));
            }
            case "environment" -> require(ENVIRONMENT.matcher(value).matches(), "environment= is not NAME=VALUE");
            case "tunnel" -> throw new RefusedLineException(name + "= is not supported");
            default -> throw unknown(name);
        }
    }

    private KeyOptions options() throws RefusedLineException {
        var grant = new Grant(
                role(),
                sheds(),
                verbs(),
                permissions.contains(Permission.PTY),
                permissions.contains(Permission.PORT_FORWARDING),
                permissions.contains(Permission.AGENT_FORWARDING),
                permitOpen,
                permitListen,
                Optional.ofNullable(single.get("command")));
        var from = single.containsKey("from")
                ? Optional.of(AddressPatterns.parse(single.getOrDefault("from", "")))
                : Optional.<AddressPatterns>empty();
        return new KeyOptions(grant, from, expiry, new TokenRules(touch, verify), authority());
    }

    private Optional<KeyOptions.Authority> authority() throws RefusedLineException {
        var principals = Optional.ofNullable(single.get("principals"))
                .map(list -> Stream.of(list.split(",", -1))
                        .filter(name -> !name.isEmpty())
                        .toList());
        require(authority || principals.isEmpty(), "principals= is allowed only with cert-authority");
        return authority ? Optional.of(new KeyOptions.Authority(principals)) : Optional.empty();
    }

    private Role role() throws RefusedLineException {
        return switch (single.getOrDefault("role", "admin")) {
            case "admin" -> Role.ADMIN;
            case "user" -> Role.USER;
            case "responder" -> Role.RESPONDER;
            case "viewer" -> Role.VIEWER;
            default -> throw new RefusedLineException("role= is not admin, user, responder or viewer");
        };
    }

    private List<String> sheds() throws RefusedLineException {
        if (!single.containsKey("sheds")) {
            return List.of();
        }
        var globs = List.of(single.getOrDefault("sheds", "").split(",", -1));
        // A glob with other characters can match no shed, so it is probably a mistake and is reported.
        require(
                globs.stream().allMatch(glob -> SHED_GLOB.matcher(glob).matches()),
                "sheds= is not a list of globs of shed names (a-z, 0-9, -, * and ?, joined by commas)");
        return globs;
    }

    private List<String> verbs() throws RefusedLineException {
        if (!single.containsKey("verbs")) {
            return List.of();
        }
        var words = List.of(single.getOrDefault("verbs", "").split(",", -1));
        for (var word : words) {
            require(
                    VerbWords.action(word).isPresent(),
                    "verbs= has " + shown(word) + ", which is neither a verb nor a kind of request");
        }
        return words;
    }

    private static String permitOpen(String value) throws RefusedLineException {
        var matcher = PERMIT_OPEN.matcher(value);
        require(matcher.matches() && isPort(matcher.group("port")), "permitopen= is not HOST:PORT");
        return value;
    }

    /// A port without a host applies to all addresses.
    private static String permitListen(String value) throws RefusedLineException {
        var place = value.indexOf(':') < 0 ? "*:" + value : value;
        var matcher = PERMIT_OPEN.matcher(place);
        require(matcher.matches() && isPort(matcher.group("port")), "permitlisten= is not [HOST:]PORT");
        return place;
    }

    private static boolean isPort(String text) {
        return text.equals("*") || (Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= LARGEST_PORT);
    }

    private Instant time(String value) throws RefusedLineException {
        var matcher = TIME.matcher(value);
        require(matcher.matches(), "expiry-time= is not YYYYMMDD[HHMM[SS]][Z]");
        var time = Optional.ofNullable(matcher.group("time")).orElse("");
        try {
            return LocalDateTime.parse(matcher.group("date") + (time + "000000").substring(0, 6), DATE_TIME)
                    .atZone(matcher.group("utc") == null ? zone : ZoneOffset.UTC)
                    .toInstant();
        } catch (DateTimeException _) {
            throw new RefusedLineException("expiry-time= is not a valid date and time");
        }
    }

    private static RefusedLineException unknown(String name) {
        return new RefusedLineException("unknown option " + shown(name));
    }

    /// A name in printable form for the log, with at most 40 characters.
    private static String shown(String name) {
        return "'" + FailureText.printable(name.length() > 40 ? name.substring(0, 40) + "…" : name) + "'";
    }

    private static void require(boolean condition, String otherwise) throws RefusedLineException {
        if (!condition) {
            throw new RefusedLineException(otherwise);
        }
    }
}
