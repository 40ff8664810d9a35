package dev.shed.gateway.failure;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The address at which people reach the gateway. It replaces `HOST` in commands of ssh, so that these can be pasted.
///
/// @param host a name or an address, without brackets
public record PublicAddress(String host, int port) {
    private static final int SSH_PORT = 22;
    private static final int MAX_PORT = 65_535;

    private static final Pattern RULE = Pattern.compile("(?:(?<name>[A-Za-z0-9][A-Za-z0-9.-]{0,252})|"
            + "\\[(?<six>[0-9A-Fa-f:.]{2,45})])(?::(?<port>[1-9][0-9]{0,4}))?");

    private static final Pattern CALL =
            Pattern.compile("\\bssh ((?:-[st] |-o SetEnv=\\S+ )*)(\\S+)@HOST(?=$|[\\s;:,)'\"])");

    /// Parses `HOST`, `HOST:PORT`, `[ADDRESS]` or `[ADDRESS]:PORT`; empty if it is none of them.
    public static Optional<PublicAddress> parse(String text) {
        var matcher = RULE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        var port = matcher.group("port") == null ? SSH_PORT : Integer.parseInt(matcher.group("port"));
        var host = matcher.group("name") == null ? matcher.group("six") : matcher.group("name");
        return port > MAX_PORT ? Optional.empty() : Optional.of(new PublicAddress(host, port));
    }

    /// The text with this address in its commands of ssh.
    String in(String text) {
        var option = port == SSH_PORT ? "" : "-p " + port + " ";
        return CALL.matcher(text)
                .replaceAll(
                        call -> Matcher.quoteReplacement("ssh " + option + call.group(1) + call.group(2) + "@" + host));
    }
}
