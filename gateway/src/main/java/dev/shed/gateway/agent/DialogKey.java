package dev.shed.gateway.agent;

import java.util.Optional;
import java.util.regex.Pattern;

/// The key that gives an answer to the dialog of an agent. Only those are here that were tried with the
/// agent; for everything else somebody has to look at the dialog.
public final class DialogKey {
    private static final String ENTER = "\r";
    private static final String ESCAPE = "\u001b";

    private static final Pattern YES = Pattern.compile("Yes\\b.*");

    /// An option that a digit only marks, among others that may be marked as well.
    private static final Pattern BOX = Pattern.compile("[\\[(☐☑☒✔◯◉].*");

    private DialogKey() {}

    /// The bytes of the key; empty if it is not known how to give that answer.
    ///
    /// @param status that of the pane of the dialog
    public static Optional<String> of(Dialog dialog, Status status, Reply reply) {
        var agent = status.agent().orElse(Agent.OPENCODE);
        boolean permission = status.state() == Status.State.NEEDS_APPROVAL;
        boolean known = agent == Agent.CLAUDE_CODE || agent == Agent.CODEX;
        return switch (reply) {
            case Reply.Allow _ -> Optional.of(ENTER).filter(_ -> known && permission && choosesYes(dialog));
            case Reply.Deny(var reason) ->
                Optional.of(ESCAPE).filter(_ -> known && permission && reason.isEmpty() && choosesYes(dialog));
            case Reply.Choose(int number) ->
                Optional.of(Integer.toString(number))
                        .filter(_ -> agent == Agent.CLAUDE_CODE
                                && dialog.options().stream()
                                        .anyMatch(option -> option.number() == number
                                                && !BOX.matcher(option.text()).matches()));
            case Reply.Say _ -> Optional.empty();
        };
    }

    /// Whether it is a dialog about a permission in which Enter chooses the plain Yes.
    private static boolean choosesYes(Dialog dialog) {
        var options = dialog.options();
        return !options.isEmpty()
                && options.getFirst().chosen()
                && YES.matcher(options.getFirst().text()).matches();
    }
}
