package dev.shed.gateway.inbox;

import dev.shed.gateway.agent.Dialog;
import dev.shed.gateway.agent.Question;
import dev.shed.gateway.agent.QuestionFile;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.shed.Shed;

/// A question that waits for an answer.
///
/// @param id the id of this question and of no other one
/// @param status what its agent is doing: it is blocked
/// @param means how the question reaches the agent again
public record OpenQuestion(String id, Place place, Question question, Status status, Means means) {
    /// What to type to answer it in its terminal: a look at it, keys for most dialogs, and the login.
    public String atItsTerminal() {
        var call = "ssh -s " + place.address() + "@HOST ";
        return call + "peek\n" + call + "\"send --key down\"\n" + call + "\"send --key enter\"\n" + call
                + "\"send --key escape\"\nssh " + place.address() + "@HOST";
    }

    /// Where it is asked.
    ///
    /// @param session the name of the session
    /// @param pane tmux's name of the pane, as `%3`
    public record Place(Shed shed, String session, String pane) {
        /// As an address: `demo+agent`.
        public String address() {
            return shed.name() + "+" + session;
        }
    }

    /// How it can be answered.
    public sealed interface Means {
        /// through a hook or plugin of the agent, which waits for it
        record File(QuestionFile file) implements Means {}

        /// by keys, into the dialog that the pane shows
        record Keys(Dialog dialog) implements Means {}
    }
}
