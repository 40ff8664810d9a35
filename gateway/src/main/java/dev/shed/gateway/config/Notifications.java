package dev.shed.gateway.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The section `notify`: who is told that a session needs somebody. A record cannot have a component `notify`.
///
/// @param command a program and its arguments, started for each notification; empty for none
/// @param webhook where each notification is posted
/// @param tokenFile a file with the token for the webhook
/// @param clickHost the gateway's name for ssh, for the address of the session in a notification
/// @param ofSheds globs of the sheds
/// @param statuses the words of the statuses that are told
/// @param dwell how long a status must have lasted
/// @param cooldown the shortest time between two notifications about a session
/// @param quiet how long nobody must have typed into the session
/// @param attached how those are told who are attached to other sessions: in the `status-line`, or `never`
public record Notifications(
        List<String> command,
        Optional<URI> webhook,
        Optional<Path> tokenFile,
        Optional<String> clickHost,
        List<String> ofSheds,
        List<String> statuses,
        Duration dwell,
        Duration cooldown,
        Duration quiet,
        String attached) {
    static final List<String> STATUSES = List.of("needs-approval", "needs-input", "failed", "done");

    /// The defaults: nobody is told.
    public static final Notifications NONE = new Notifications(
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of("*"),
            STATUSES,
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(15),
            "never");

    public Notifications {
        command.forEach(word -> Rule.WORD.require("notify.command", word));
        Rule.WEBHOOK.require("notify.webhook", webhook);
        Rule.NO_PATH_OR_ABSOLUTE.require("notify.token-file", tokenFile);
        Rule.CLICK_HOST.require("notify.click-host", clickHost);
        ofSheds.forEach(glob -> Rule.SHED_GLOB.require("notify.of-sheds", glob));
        statuses.forEach(status -> Rule.STATUS.require("notify.statuses", status));
        Rule.DURATION.require("notify.dwell", dwell);
        Rule.DURATION.require("notify.cooldown", cooldown);
        Rule.DURATION.require("notify.quiet", quiet);
        Rule.ATTACHED.require("notify.attached", attached);
        command = List.copyOf(command);
        ofSheds = List.copyOf(ofSheds);
        statuses = List.copyOf(statuses);
    }

    /// Whether those are told who are attached to other sessions.
    public boolean tellsAttached() {
        return attached.equals("status-line");
    }

    /// Whether anybody is told anything.
    public boolean isOn() {
        return (!command.isEmpty() || webhook.isPresent() || tellsAttached())
                && !ofSheds.isEmpty()
                && !statuses.isEmpty();
    }
}
