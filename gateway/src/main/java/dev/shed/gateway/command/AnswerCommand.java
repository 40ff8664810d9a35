package dev.shed.gateway.command;

import dev.shed.gateway.agent.Reply;
import dev.shed.gateway.name.LoginName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `answer`: chooses one of the options of a question, or answers it in words.
@Command(
        name = "answer",
        description = "choose an option of an agent's question, or answer it in words",
        customSynopsis = {
            "ssh shed@HOST answer ID --option N",
            "ssh shed@HOST answer ID [--] TEXT...",
            "ssh -s SHED@HOST \"answer ID --option N\""
        },
        footer = "ssh shed@HOST answer 7q2m0xk4vd --option 2")
final class AnswerCommand extends AnsweringVerb {
    private static final int MAX_OPTION = 16;

    @Option(names = "--option", paramLabel = "N", description = "the number of the option, as shown by inbox")
    Optional<Integer> option;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "[TEXT...]",
            hideParamSyntax = true,
            description = "the answer in words; only for agents with a hook or plugin")
    List<String> words = List.of();

    AnswerCommand(Parts parts) {
        super(parts);
    }

    @Override
    OptionalInt wordsBeforeText(LoginName address) {
        return OptionalInt.of(1);
    }

    @Override
    Reply reply() {
        var text = text(words);
        if (option.isPresent() != text.isEmpty()) {
            throw usage("either --option or TEXT is needed");
        }
        if (option.isEmpty()) {
            return new Reply.Say(text);
        }
        if (option.get() < 1 || option.get() > MAX_OPTION) {
            throw usage("--option must be 1 to " + MAX_OPTION);
        }
        return new Reply.Choose(option.get());
    }

    @Override
    String verb() {
        return "answer";
    }

    @Override
    String done() {
        return "answered";
    }
}
