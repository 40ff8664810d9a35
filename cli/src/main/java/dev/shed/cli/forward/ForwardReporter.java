package dev.shed.cli.forward;

import dev.shed.cli.call.Call;

/// Prints which ports are forwarded. On a terminal it prints what opens and closes. For a program it prints
/// one line for each port that opens, with its URL and its number in the shed.
final class ForwardReporter {
    private final Call call;
    private final String shed;

    ForwardReporter(Call call, String shed) {
        this.call = call;
        this.shed = shed;
    }

    void opened(Forward forward) {
        call.out().print(call.terminal().out() ? sentence(forward) : forward.url() + " " + forward.port());
        call.out().print('\n');
        call.out().flush();
    }

    private String sentence(Forward forward) {
        var process = forward.listener().isThere() ? forward.listener().process() : "nothing listens there yet";
        return forward.url() + " -> " + shed + ":" + forward.port() + (process.isEmpty() ? "" : " (" + process + ")");
    }

    void closed(Forward forward) {
        if (call.terminal().out()) {
            call.out().print("closed: " + forward.url() + " -> " + shed + ":" + forward.port() + "\n");
            call.out().flush();
        }
    }

    void taken(int wanted, Forward forward) {
        notice("port " + wanted + " is in use on this machine; " + shed + ":" + forward.port() + " is at "
                + forward.local());
    }

    /// Prints a message for a user, on a terminal only.
    void notice(String text) {
        if (call.terminal().err()) {
            call.notice(text);
        }
    }
}
