package dev.shed.gateway.shed.session;

import dev.shed.gateway.agent.AnswerFile;
import dev.shed.gateway.agent.Dialog;
import dev.shed.gateway.agent.QuestionFile;
import dev.shed.gateway.agent.Reply;
import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.ContainerCommands.Command;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.tmux.PlainText;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/// Gives answers to agents: through the files of their hooks, or by a key into their dialog.
public final class AgentInput {
    /// The scripts wait for up to twenty seconds.
    private static final Duration LIMIT = Duration.ofSeconds(25);

    private final ContainerCommands containerCommands;
    private final KeyedLock keyedLock;

    AgentInput(ContainerCommands containerCommands, KeyedLock keyedLock) {
        this.containerCommands = containerCommands;
        this.keyedLock = keyedLock;
    }

    /// What became of an answer.
    public sealed interface Outcome {
        /// The agent has it.
        record Taken() implements Outcome {}

        /// The key was pressed, and the screen has not changed within two seconds.
        record NoEffect() implements Outcome {}

        /// The question is another one, or answered; nothing was written or typed.
        record Stale() implements Outcome {}

        /// The shed was too slow to show whether the question stands; nothing was typed.
        record Unread() implements Outcome {}

        /// Nobody has taken the answer, and it was withdrawn.
        record NotTaken() implements Outcome {}

        /// The hook cannot give this answer.
        ///
        /// @param why one printable line
        record Refused(String why) implements Outcome {}
    }

    /// One answer for a pane; runs while no other one is given and nothing is typed there.
    public interface Attempt {
        Outcome run();
    }

    /// Runs an attempt when it is its turn.
    ///
    /// @param pane tmux's name of the pane
    public Outcome inTurn(Shed shed, String pane, Attempt attempt) throws InterruptedException {
        try (var _ = keyedLock.take(shed.container().id() + pane, () -> busy(shed))) {
            return attempt.run();
        }
    }

    private static ShedException busy(Shed shed) {
        return new ShedException(Failure.shedNotReady(shed.name().value(), "somebody else types into that pane"));
    }

    /// Writes the answer into a file and waits until it is taken. Of several answers only the first one is
    /// written.
    public Outcome write(Shed shed, QuestionFile file, Reply reply) {
        var content = ByteString.of(AnswerFile.content(file, reply));
        var answer =
                run(shed, Command.of(AnswerFile.argv(file)).reading(content).within(LIMIT));
        return switch (answer.status().code()) {
            case 0 -> new Outcome.Taken();
            case AnswerFile.STALE -> new Outcome.Stale();
            case AnswerFile.NOT_TAKEN -> new Outcome.NotTaken();
            case AnswerFile.REFUSED ->
                new Outcome.Refused(PlainText.of(answer.out().strip().replace('\n', ' ')));
            default -> throw unexpected(shed);
        };
    }

    /// Presses a key if the pane still shows exactly this dialog.
    public Outcome press(Shed shed, Dialog dialog, String key) {
        var pane = dialog.pane().id();
        var argv = Dialog.press(pane, key, "shed-" + UUID.randomUUID());
        var input = ByteString.of(dialog.output());
        var answer = run(shed, Command.of(argv).reading(input).within(LIMIT));
        return switch (answer.status().code()) {
            case 0 -> new Outcome.Taken();
            case Dialog.CHANGED -> new Outcome.Stale();
            case Dialog.NO_EFFECT -> new Outcome.NoEffect();
            case Dialog.UNREAD -> new Outcome.Unread();
            default -> throw unexpected(shed);
        };
    }

    /// What a pane shows while its agent asks something; empty if the pane is gone. Fails with `SHED_NOT_READY` if
    /// that is not known: it must not look like a question that is gone.
    ///
    /// @param pane tmux's name of it
    public Optional<Dialog> dialog(Shed shed, String pane) {
        var answer = run(shed, Command.of(Dialog.show(pane)).within(ContainerCommands.LIMIT));
        if (!answer.ok()) {
            throw new ShedException(
                    Failure.shedNotReady(shed.name().value(), "it is too slow to show what its agents ask"));
        }
        return Dialog.parse(answer.out(), pane);
    }

    private ContainerCommands.Answer run(Shed shed, Command command) {
        var answer = containerCommands.run(shed, command);
        if (answer.noSuchProgram()) {
            throw new ShedException(Failure.toolMissing(shed.name().value(), "sh"));
        }
        return answer;
    }

    private static ShedException unexpected(Shed shed) {
        return new ShedException(
                Failure.shedNotReady(shed.name().value(), "the answer could not be written or typed there"));
    }
}
