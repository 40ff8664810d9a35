package dev.shed.gateway.failure;

import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rewrites hints for users of the client `shed`: commands of ssh become commands of the client.
final class ClientHints {
    private static final Pattern CALL = Pattern.compile("ssh ((?:-[st] )*)(\\S+)@HOST(?: (.*))?$");

    /// Verbs of the lobby whose first argument is not the name of a shed.
    private static final Set<String> NAMELESS =
            Set.of("list", "inbox", "approve", "deny", "answer", "whoami", "version", "help", "recordings");

    private ClientHints() {}

    /// @param server the client's prefix for names of sheds: empty, or a server's name and `/`
    static String of(String line, String server) {
        return CALL.matcher(line).replaceFirst(call -> Matcher.quoteReplacement(client(call, server)));
    }

    private static String client(MatchResult call, String server) {
        var rest = Optional.ofNullable(call.group(3)).map(text -> text.replaceAll("^\"(.*)\"$", "$1"));
        var login = call.group(2);
        if (login.equals("shed")) {
            return "shed " + rest.map(line -> lobby(line, server)).orElse("list");
        }
        if (rest.isEmpty()) {
            return "shed attach " + server + login;
        }
        if (!call.group(1).contains("-s")) {
            return "shed exec " + server + login + " -- " + rest.get();
        }
        var words = rest.get().split(" ", 2);
        return "shed " + words[0] + " " + server + login + (words.length > 1 ? " " + words[1] : "");
    }

    private static String lobby(String line, String server) {
        var words = line.split(" ", 2);
        boolean named = words.length > 1 && !NAMELESS.contains(words[0]) && !words[1].startsWith("-");
        if (!named) {
            boolean aboutServer = !server.isEmpty() && !words[0].equals("help");
            return aboutServer ? line + " --server " + server.replace("/", "") : line;
        }
        var shed = words[1].startsWith("[") ? "[" + server + words[1].substring(1) : server + words[1];
        return words[0] + " " + shed;
    }
}
