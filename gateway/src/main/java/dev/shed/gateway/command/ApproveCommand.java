package dev.shed.gateway.command;

import dev.shed.gateway.agent.Reply;
import picocli.CommandLine.Command;

/// `approve`: permits what an agent asks for, once.
@Command(
        name = "approve",
        description = "permit what an agent asks for",
        customSynopsis = {"ssh shed@HOST approve ID", "ssh -s SHED@HOST \"approve ID\""},
        footer = "ssh shed@HOST approve 7q2m0xk4vd")
final class ApproveCommand extends AnsweringVerb {
    ApproveCommand(Parts parts) {
        super(parts);
    }

    @Override
    Reply reply() {
        return new Reply.Allow();
    }

    @Override
    String verb() {
        return "approve";
    }

    @Override
    String done() {
        return "approved";
    }
}
