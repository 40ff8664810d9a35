package dev.shed.gateway.command;

import dev.shed.gateway.agent.Reply;
import dev.shed.gateway.name.LoginName;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `deny`: refuses what an agent asks for, and tells it why.
@Command(
        name = "deny",
        description = "refuse what an agent asks for",
        customSynopsis = {"ssh shed@HOST deny ID [--] [TEXT...]", "ssh -s SHED@HOST \"deny ID [--] [TEXT...]\""},
        footer = "ssh shed@HOST deny 7q2m0xk4vd \"'use the test database'\"")
final class DenyCommand extends AnsweringVerb {
    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "[TEXT...]",
            hideParamSyntax = true,
            description = "what the agent is told; only agents with a hook or plugin can be told something")
    List<String> words = List.of();

    DenyCommand(Parts parts) {
        super(parts);
    }

    @Override
    OptionalInt wordsBeforeText(LoginName address) {
        return OptionalInt.of(1);
    }

    @Override
    Reply reply() {
        return new Reply.Deny(text(words));
    }

    @Override
    String verb() {
        return "deny";
    }

    @Override
    String done() {
        return "denied";
    }
}
